// SPDX-License-Identifier: GPL-2.0
/* Planted for the check of the build, see tools/check_planted.py */
#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/platform_device.h>

static struct platform_driver planted_driver = {
	.driver.name = "planted_held",
};

static int __init planted_held_init(void)
{
	return platform_driver_register(&planted_driver);
}
subsys_initcall(planted_held_init);
initcall_depends("planted_first");
