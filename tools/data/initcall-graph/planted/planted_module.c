// SPDX-License-Identifier: GPL-2.0
/* Planted for the check of the build, see tools/check_planted.py */
#include <linux/module.h>

static int __init planted_module_init(void)
{
	return 0;
}
module_init(planted_module_init);

MODULE_DESCRIPTION("Prerequisite of built-in code");
MODULE_LICENSE("GPL");
