// SPDX-License-Identifier: GPL-2.0
/* Whose supply it is depends on the board. */
#include <linux/module.h>

static int t_registry_user_probe(struct platform_device *pdev)
{
	return t_registry_register(&pdev->dev);
}

static struct platform_driver t_registry_user_driver = {
	.probe = t_registry_user_probe,
	.driver = {
		.name = "t_registry_user",
	},
};
module_platform_driver(t_registry_user_driver);

MODULE_DESCRIPTION("t_registry_user");
MODULE_LICENSE("GPL");
