// SPDX-License-Identifier: GPL-2.0
/* It has found a device of another driver, and looks at its driver data. */
#include <linux/module.h>

static int c_found_probe(struct platform_device *pdev)
{
	struct platform_device *other;
	struct device_node *np;

	np = of_find_compatible_node(NULL, NULL, "acme,p_found");
	other = of_find_device_by_node(np);
	if (!other)
		return -ENODEV;

	if (!platform_get_drvdata(other))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_found_driver = {
	.probe = c_found_probe,
	.driver = {
		.name = "c_found",
	},
};
module_platform_driver(c_found_driver);

MODULE_DESCRIPTION("c_found");
MODULE_LICENSE("GPL");
