// SPDX-License-Identifier: GPL-2.0
/* Planted for the check of the build, see tools/check_planted.py */
#include <linux/init.h>
#include <linux/initcall_depends.h>

static int __init planted_out_init(void)
{
	return 0;
}
device_initcall(planted_out_init);
initcall_depends("planted_absent");
