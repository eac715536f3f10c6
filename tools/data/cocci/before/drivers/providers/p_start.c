// SPDX-License-Identifier: GPL-2.0
/* No probe: a function that the initcall of another file calls sets the flag. */
#include <linux/module.h>
#include "p_start.h"

static bool up;

int p_start_use(void)
{
	if (!up)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(p_start_use);

int __init p_start_prepare(void)
{
	up = true;
	return 0;
}
