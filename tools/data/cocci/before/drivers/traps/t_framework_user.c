// SPDX-License-Identifier: GPL-2.0
/* Who registers depends on the board. */
#include <linux/module.h>

static int t_framework_user_probe(struct platform_device *pdev)
{
	struct t_framework *t;

	t = t_framework_get("this");
	if (IS_ERR(t))
		return PTR_ERR(t);

	if (!t_framework_peek("that"))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_framework_user_driver = {
	.probe = t_framework_user_probe,
	.driver = {
		.name = "t_framework_user",
	},
};
module_platform_driver(t_framework_user_driver);

MODULE_DESCRIPTION("t_framework_user");
MODULE_LICENSE("GPL");
