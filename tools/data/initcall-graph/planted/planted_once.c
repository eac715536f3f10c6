// SPDX-License-Identifier: GPL-2.0
/* Planted for the check of the build, see tools/check_planted.py */
#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/platform_device.h>

static int __init planted_once_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver planted_driver = {
	.driver.name = "planted_once",
};

static int __init planted_once_init(void)
{
	return platform_driver_probe(&planted_driver, planted_once_probe);
}
device_initcall(planted_once_init);
initcall_depends("planted_first");
