// SPDX-License-Identifier: GPL-2.0
/* Who registers depends on the board. */
#include <linux/module.h>

static int t_block_user_probe(struct platform_device *pdev)
{
	if (!t_block_find("this"))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_block_user_driver = {
	.probe = t_block_user_probe,
	.driver = {
		.name = "t_block_user",
	},
};
module_platform_driver(t_block_user_driver);

MODULE_DESCRIPTION("t_block_user");
MODULE_LICENSE("GPL");
