// SPDX-License-Identifier: GPL-2.0
/* The provider hands an error on by a cast. */
#include <linux/module.h>

static int c_cast_probe(struct platform_device *pdev)
{
	struct p_cast_channel *channel = p_cast_get_channel(1);

	if (IS_ERR(channel))
		return PTR_ERR(channel);

	return 0;
}

static struct platform_driver c_cast_driver = {
	.probe = c_cast_probe,
	.driver = {
		.name = "c_cast",
	},
};
module_platform_driver(c_cast_driver);

MODULE_DESCRIPTION("c_cast");
MODULE_LICENSE("GPL");
