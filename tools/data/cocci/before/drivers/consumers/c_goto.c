// SPDX-License-Identifier: GPL-2.0
/* Through a label. */
#include <linux/err.h>
#include <linux/module.h>

static int c_goto_probe(struct platform_device *pdev)
{
	struct p_list *p;
	int ret;

	p = p_list_get(pdev->dev.of_node);
	if (IS_ERR(p)) {
		ret = PTR_ERR(p);
		goto out;
	}

	ret = 0;
out:
	of_node_put(pdev->dev.of_node);
	return ret;
}

static struct platform_driver c_goto_driver = {
	.probe = c_goto_probe,
	.driver = {
		.name = "c_goto",
	},
};
module_platform_driver(c_goto_driver);

MODULE_DESCRIPTION("c_goto");
MODULE_LICENSE("GPL");
