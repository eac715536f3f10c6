// SPDX-License-Identifier: GPL-2.0
/* Part of a module, without a macro that makes an initcall, and the line is the last one. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

int s_last_use(void)
{
	return 0;
}

initcall_depends("p_flag");
