// SPDX-License-Identifier: GPL-2.0
/* Which driver sets it depends on the board. */
#include <linux/module.h>

static int t_aliased_user_probe(struct platform_device *pdev)
{
	return t_aliased_get();
}

static struct platform_driver t_aliased_user_driver = {
	.probe = t_aliased_user_probe,
	.driver = {
		.name = "t_aliased_user",
	},
};
module_platform_driver(t_aliased_user_driver);

MODULE_DESCRIPTION("t_aliased_user");
MODULE_LICENSE("GPL");
