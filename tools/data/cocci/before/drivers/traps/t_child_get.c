// SPDX-License-Identifier: GPL-2.0
/* The provider looks at the parent, which has made the device when it had its data. */
#include <linux/module.h>

static int t_child_get_probe(struct platform_device *pdev)
{
	struct p_mother *p;

	p = p_mother_get(&pdev->dev);
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver t_child_get_driver = {
	.probe = t_child_get_probe,
	.driver = {
		.name = "t_child_get",
	},
};
module_platform_driver(t_child_get_driver);

MODULE_DESCRIPTION("t_child_get");
MODULE_LICENSE("GPL");
