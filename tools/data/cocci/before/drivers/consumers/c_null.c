// SPDX-License-Identifier: GPL-2.0
/* NULL is made into -EPROBE_DEFER. */
#include <linux/module.h>
#include <linux/of.h>

static int c_null_probe(struct platform_device *pdev)
{
	struct p_null *p;

	p = p_null_get(&pdev->dev);
	of_node_put(pdev->dev.of_node);
	if (!p)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_null_driver = {
	.probe = c_null_probe,
	.driver = {
		.name = "c_null",
	},
};
module_platform_driver(c_null_driver);

MODULE_DESCRIPTION("c_null");
MODULE_LICENSE("GPL");
