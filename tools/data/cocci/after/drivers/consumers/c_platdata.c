// SPDX-License-Identifier: GPL-2.0
/* It looks for platform data in a device of one of several. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_platdata_probe(struct platform_device *pdev)
{
	struct device_node *np = of_parse_phandle(pdev->dev.of_node, "acme,counters", 0);
	struct platform_device *counter = of_find_device_by_node(np);

	if (!counter)
		return -ENODEV;

	if (!dev_get_platdata(&counter->dev))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_platdata_driver = {
	.probe = c_platdata_probe,
	.driver = {
		.name = "c_platdata",
	},
};
module_platform_driver(c_platdata_driver);
initcall_depends("p_platdata");

MODULE_DESCRIPTION("c_platdata");
MODULE_LICENSE("GPL");
