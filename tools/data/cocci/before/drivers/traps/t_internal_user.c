// SPDX-License-Identifier: GPL-2.0
/* Which of two has registered depends on the board. */
#include <linux/module.h>

static int t_internal_user_probe(struct platform_device *pdev)
{
	return t_internal_use();
}

static struct platform_driver t_internal_user_driver = {
	.probe = t_internal_user_probe,
	.driver = {
		.name = "t_internal_user",
	},
};
module_platform_driver(t_internal_user_driver);

MODULE_DESCRIPTION("t_internal_user");
MODULE_LICENSE("GPL");
