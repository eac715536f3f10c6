// SPDX-License-Identifier: GPL-2.0
/* It waits for what another module asks for, not for that one. */
#include <linux/module.h>

static int c_edge_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_edge_register(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_edge_driver = {
	.probe = c_edge_probe,
	.driver = {
		.name = "c_edge",
	},
};
module_platform_driver(c_edge_driver);

MODULE_DESCRIPTION("c_edge");
MODULE_LICENSE("GPL");
