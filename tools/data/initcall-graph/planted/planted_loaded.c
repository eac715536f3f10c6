// SPDX-License-Identifier: GPL-2.0
/* Planted for the check of the build, see tools/check_planted.py */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int __init planted_loaded_init(void)
{
	return 0;
}
module_init(planted_loaded_init);
initcall_depends("planted_modul");

MODULE_DESCRIPTION("Module that needs nothing that exists");
MODULE_LICENSE("GPL");
