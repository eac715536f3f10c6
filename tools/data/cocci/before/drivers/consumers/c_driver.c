// SPDX-License-Identifier: GPL-2.0
/* It looks whether a device has a driver. */
#include <linux/module.h>

static int c_driver_probe(struct platform_device *pdev)
{
	struct platform_device *other;
	struct device_node *np;

	np = of_parse_phandle(pdev->dev.of_node, "acme,bound", 0);
	other = of_find_device_by_node(np);
	if (!other->dev.driver)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_driver_driver = {
	.probe = c_driver_probe,
	.driver = {
		.name = "c_driver",
	},
};
module_platform_driver(c_driver_driver);

MODULE_DESCRIPTION("c_driver");
MODULE_LICENSE("GPL");
