// SPDX-License-Identifier: GPL-2.0
/* The provider gives nothing without a property, which this one takes for a failure. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_node_probe(struct platform_device *pdev)
{
	if (!p_node_need(&pdev->dev))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_node_driver = {
	.probe = c_node_probe,
	.driver = {
		.name = "c_node",
	},
};
module_platform_driver(c_node_driver);
initcall_depends("p_node");

MODULE_DESCRIPTION("c_node");
MODULE_LICENSE("GPL");
