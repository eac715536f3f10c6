// SPDX-License-Identifier: GPL-2.0
/* Whose device it is depends on the board; the class is there before. */
#include <linux/module.h>

static int t_class_user_probe(struct platform_device *pdev)
{
	struct device *found = t_class_get(&pdev->dev);

	return PTR_ERR_OR_ZERO(found);
}

static struct platform_driver t_class_user_driver = {
	.probe = t_class_user_probe,
	.driver = {
		.name = "t_class_user",
	},
};
module_platform_driver(t_class_user_driver);

MODULE_DESCRIPTION("t_class_user");
MODULE_LICENSE("GPL");
