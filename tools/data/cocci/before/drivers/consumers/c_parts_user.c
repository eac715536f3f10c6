// SPDX-License-Identifier: GPL-2.0
/* The prerequisite is made of two files. */
#include <linux/module.h>

static int c_parts_user_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_parts_use();
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_parts_user_driver = {
	.probe = c_parts_user_probe,
	.driver = {
		.name = "c_parts_user",
	},
};
module_platform_driver(c_parts_user_driver);

MODULE_DESCRIPTION("c_parts_user");
MODULE_LICENSE("GPL");
