// SPDX-License-Identifier: GPL-2.0
/* Its parent is in the list when it makes the device. */
#include <linux/module.h>

static int t_listed_probe(struct platform_device *pdev)
{
	struct p_mothers *p;

	p = p_mothers_get(&pdev->dev);
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver t_listed_driver = {
	.probe = t_listed_probe,
	.driver = {
		.name = "t_listed",
	},
};
module_platform_driver(t_listed_driver);

MODULE_DESCRIPTION("t_listed");
MODULE_LICENSE("GPL");
