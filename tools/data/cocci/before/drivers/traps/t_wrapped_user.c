// SPDX-License-Identifier: GPL-2.0
/* Which of two has registered depends on the board. */
#include <linux/module.h>
#include "t_wrapped.h"

static int t_wrapped_user_probe(struct platform_device *pdev)
{
	return t_wrapped_use();
}

static struct platform_driver t_wrapped_user_driver = {
	.probe = t_wrapped_user_probe,
	.driver = {
		.name = "t_wrapped_user",
	},
};
module_platform_driver(t_wrapped_user_driver);

MODULE_DESCRIPTION("t_wrapped_user");
MODULE_LICENSE("GPL");
