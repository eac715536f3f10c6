// SPDX-License-Identifier: GPL-2.0
/* In two modules, of which the other one is a test. */
#include <linux/module.h>

static void *state;

bool p_tested_is_ready(void)
{
	return !!state;
}
EXPORT_SYMBOL_GPL(p_tested_is_ready);

void p_tested_start(void *started)
{
	state = started;
}
