// SPDX-License-Identifier: GPL-2.0
/* In one expression. */
#include <linux/module.h>

static int c_ternary_probe(struct platform_device *pdev)
{
	int ret = p_flag_use();

	if (ret)
		return ret == -ENODEV ? -EPROBE_DEFER : ret;

	return 0;
}

static struct platform_driver c_ternary_driver = {
	.probe = c_ternary_probe,
	.driver = {
		.name = "c_ternary",
	},
};
module_platform_driver(c_ternary_driver);

MODULE_DESCRIPTION("c_ternary");
MODULE_LICENSE("GPL");
