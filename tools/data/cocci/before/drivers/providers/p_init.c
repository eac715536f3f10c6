// SPDX-License-Identifier: GPL-2.0
/* No device, but an initcall that must have run. */
#include <linux/module.h>

static int up;

int p_init_register(struct device *dev)
{
	if (!up)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(p_init_register);

static int __init p_init_start(void)
{
	up = 1;
	return 0;
}
module_init(p_init_start);
