// SPDX-License-Identifier: GPL-2.0
/* Any driver may have bound what it gets. */
#include <linux/module.h>

static int t_refused_any_user_probe(struct platform_device *pdev)
{
	return PTR_ERR_OR_ZERO(t_refused_any_get(pdev->dev.of_node));
}

static struct platform_driver t_refused_any_user_driver = {
	.probe = t_refused_any_user_probe,
	.driver = {
		.name = "t_refused_any_user",
	},
};
module_platform_driver(t_refused_any_user_driver);

MODULE_DESCRIPTION("t_refused_any_user");
MODULE_LICENSE("GPL");
