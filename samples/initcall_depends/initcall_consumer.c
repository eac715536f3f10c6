// SPDX-License-Identifier: GPL-2.0
/*
 * A driver whose probe needs another driver bound first, and that says so with
 * initcall_depends().
 *
 * It comes before the supplier in link order. Built in, without that line or with
 * initcall_depends=off, its first probe is deferred:
 *
 *   initcall_consumer initcall_consumer: deferred, the supplier is not bound
 *   initcall_supplier initcall_supplier: bound
 *   initcall_consumer initcall_consumer: bound
 *
 * With the line, it is probed once:
 *
 *   initcall_supplier initcall_supplier: bound
 *   initcall_consumer initcall_consumer: bound
 *
 * As a module, "modprobe initcall_consumer" loads initcall_supplier first.
 */

#include <linux/device.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static struct platform_device *consumer_device;

/*
 * A real driver would ask a subsystem for a clock, say. This one looks for the
 * name of a device, as a symbol of the supplier would make modprobe load it anyway.
 */
static bool supplier_is_bound(void)
{
	struct device *supplier;
	bool bound;

	supplier = bus_find_device_by_name(&platform_bus_type, NULL, "initcall_supplier");
	if (!supplier)
		return false;

	device_lock(supplier);
	bound = device_is_bound(supplier);
	device_unlock(supplier);
	put_device(supplier);
	return bound;
}

static int consumer_probe(struct platform_device *pdev)
{
	if (!supplier_is_bound()) {
		dev_info(&pdev->dev, "deferred, the supplier is not bound\n");
		return -EPROBE_DEFER;
	}
	dev_info(&pdev->dev, "bound\n");
	return 0;
}

static struct platform_driver consumer_driver = {
	.probe = consumer_probe,
	.driver = {
		.name = "initcall_consumer",
	},
};

static int __init consumer_init(void)
{
	int err;

	consumer_device = platform_device_register_simple("initcall_consumer", PLATFORM_DEVID_NONE,
							  NULL, 0);
	if (IS_ERR(consumer_device))
		return PTR_ERR(consumer_device);

	err = platform_driver_register(&consumer_driver);
	if (err)
		platform_device_unregister(consumer_device);
	return err;
}
module_init(consumer_init);
initcall_depends("initcall_supplier");

static void __exit consumer_exit(void)
{
	platform_driver_unregister(&consumer_driver);
	platform_device_unregister(consumer_device);
}
module_exit(consumer_exit);

MODULE_DESCRIPTION("Sample of a driver that declares which driver it needs");
MODULE_LICENSE("GPL");
