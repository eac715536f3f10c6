// SPDX-License-Identifier: GPL-2.0
/* The provider looks for its device only if a property says so: it is reported only. */
#include <linux/module.h>

static int t_node_probe(struct platform_device *pdev)
{
	struct p_node *p;

	p = p_node_get(&pdev->dev);
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver t_node_driver = {
	.probe = t_node_probe,
	.driver = {
		.name = "t_node",
	},
};
module_platform_driver(t_node_driver);

MODULE_DESCRIPTION("t_node");
MODULE_LICENSE("GPL");
