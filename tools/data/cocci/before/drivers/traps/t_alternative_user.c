// SPDX-License-Identifier: GPL-2.0
/* Waits for a file of which the configuration says in which module it is. */
#include <linux/module.h>

static int t_alternative_user_probe(struct platform_device *pdev)
{
	if (!t_alone_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_alternative_user_driver = {
	.probe = t_alternative_user_probe,
	.driver = {
		.name = "t_alternative_user",
	},
};
module_platform_driver(t_alternative_user_driver);

MODULE_DESCRIPTION("t_alternative_user");
MODULE_LICENSE("GPL");
