// SPDX-License-Identifier: GPL-2.0
/* What another module asks for depends on a property. */
#include <linux/module.h>

static int t_edge_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_edge_maybe(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver t_edge_driver = {
	.probe = t_edge_probe,
	.driver = {
		.name = "t_edge",
	},
};
module_platform_driver(t_edge_driver);

MODULE_DESCRIPTION("t_edge");
MODULE_LICENSE("GPL");
