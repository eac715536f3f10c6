// SPDX-License-Identifier: GPL-2.0
/*
 * The driver that initcall_consumer.c needs. A prerequisite needs no line of its
 * own.
 */

#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static struct platform_device *supplier_device;

static int supplier_probe(struct platform_device *pdev)
{
	dev_info(&pdev->dev, "bound\n");
	return 0;
}

static struct platform_driver supplier_driver = {
	.probe = supplier_probe,
	.driver = {
		.name = "initcall_supplier",
	},
};

static int __init supplier_init(void)
{
	int err;

	supplier_device = platform_device_register_simple("initcall_supplier", PLATFORM_DEVID_NONE,
							  NULL, 0);
	if (IS_ERR(supplier_device))
		return PTR_ERR(supplier_device);

	err = platform_driver_register(&supplier_driver);
	if (err)
		platform_device_unregister(supplier_device);
	return err;
}
module_init(supplier_init);

static void __exit supplier_exit(void)
{
	platform_driver_unregister(&supplier_driver);
	platform_device_unregister(supplier_device);
}
module_exit(supplier_exit);

MODULE_DESCRIPTION("Sample of a driver that another one needs");
MODULE_LICENSE("GPL");
