// SPDX-License-Identifier: GPL-2.0
/* With one configuration a part of t_alternative, with another a module without an initcall. */
#include <linux/module.h>

static void *state;

bool t_alone_is_ready(void)
{
	return !!state;
}
EXPORT_SYMBOL_GPL(t_alone_is_ready);

void t_alone_start(void *started)
{
	state = started;
}
EXPORT_SYMBOL_GPL(t_alone_start);
