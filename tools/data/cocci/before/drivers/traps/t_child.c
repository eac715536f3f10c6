// SPDX-License-Identifier: GPL-2.0
/* Driver data of the parent, which has made the device when it had them. */
#include <linux/module.h>

static int t_child_probe(struct platform_device *pdev)
{
	struct p_parent *p;

	p = p_parent_get(pdev->dev.parent);
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver t_child_driver = {
	.probe = t_child_probe,
	.driver = {
		.name = "t_child",
	},
};
module_platform_driver(t_child_driver);

MODULE_DESCRIPTION("t_child");
MODULE_LICENSE("GPL");
