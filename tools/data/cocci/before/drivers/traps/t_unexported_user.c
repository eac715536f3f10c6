// SPDX-License-Identifier: GPL-2.0
/* What is not exported, but who registers decides. */
#include <linux/module.h>
#include <linux/p_unexported.h>

static int t_unexported_user_probe(struct platform_device *pdev)
{
	if (!t_unexported_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_unexported_user_driver = {
	.probe = t_unexported_user_probe,
	.driver = {
		.name = "t_unexported_user",
	},
};
module_platform_driver(t_unexported_user_driver);

MODULE_DESCRIPTION("t_unexported_user");
MODULE_LICENSE("GPL");
