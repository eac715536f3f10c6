// SPDX-License-Identifier: GPL-2.0
/* Who makes it is not known. */
#include <linux/module.h>

static int t_maker_user_probe(struct platform_device *pdev)
{
	if (!t_maker_get())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_maker_user_driver = {
	.probe = t_maker_user_probe,
	.driver = {
		.name = "t_maker_user",
	},
};
module_platform_driver(t_maker_user_driver);

MODULE_DESCRIPTION("t_maker_user");
MODULE_LICENSE("GPL");
