// SPDX-License-Identifier: GPL-2.0
/*
 * A consumer of boot_test_supplier.c at an earlier level, for boot_test.c. Only
 * holding its device can bring it there after its prerequisite.
 */

#include <linux/err.h>
#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/platform_device.h>

static int early_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver early_driver = {
	.probe = early_probe,
	.driver.name = "initcall_depends_early_test",
};

static int __init early_test_init(void)
{
	struct platform_device *pdev;

	pdev = platform_device_register_simple(early_driver.driver.name, PLATFORM_DEVID_NONE,
					       NULL, 0);
	return PTR_ERR_OR_ZERO(pdev) ?: platform_driver_register(&early_driver);
}
subsys_initcall(early_test_init);
initcall_depends("boot-test-supplier");
