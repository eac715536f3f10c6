#include <linux/initcall_depends.h>

// SPDX-License-Identifier: GPL-2.0
static int c_included_start(struct device *dev)
{
	if (!p_flag_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

initcall_depends("p_flag");
