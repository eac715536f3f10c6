// SPDX-License-Identifier: GPL-2.0
/* Which driver the device will have is not known. */
#include <linux/module.h>

static int t_driver_probe(struct platform_device *pdev)
{
	struct platform_device *other;
	struct device_node *np;

	np = of_parse_phandle(pdev->dev.of_node, "acme,two", 0);
	other = of_find_device_by_node(np);
	if (!other->dev.driver)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_driver_driver = {
	.probe = t_driver_probe,
	.driver = {
		.name = "t_driver",
	},
};
module_platform_driver(t_driver_driver);

MODULE_DESCRIPTION("t_driver");
MODULE_LICENSE("GPL");
