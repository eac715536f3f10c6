// SPDX-License-Identifier: GPL-2.0
/* Planted for the check of the build, see tools/check_planted.py */
#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/platform_device.h>

static struct platform_driver planted_driver = {
	.driver.name = "planted_retry",
};

/* Not what module_driver() makes, so that only the object can tell. */
static int __init planted_retry_register(void)
{
	return platform_driver_register(&planted_driver);
}
subsys_initcall(planted_retry_register);
initcall_depends("planted_late");
