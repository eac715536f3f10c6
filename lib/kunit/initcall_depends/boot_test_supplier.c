// SPDX-License-Identifier: GPL-2.0
/*
 * The prerequisite of boot_test.c and early_test.c, which are linked before it.
 * It prefers to be probed asynchronously, and its device comes last.
 */

#include <linux/init.h>
#include <linux/platform_device.h>

static int supplier_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver supplier_driver = {
	.probe = supplier_probe,
	.driver.name = "initcall_depends_boot_test_supplier",
	.driver.probe_type = PROBE_PREFER_ASYNCHRONOUS,
};

static int __init boot_test_supplier_init(void)
{
	struct platform_device *pdev;
	int err;

	err = platform_driver_register(&supplier_driver);
	if (err)
		return err;
	pdev = platform_device_register_simple(supplier_driver.driver.name, 0, NULL, 0);
	return PTR_ERR_OR_ZERO(pdev);
}
device_initcall(boot_test_supplier_init);
