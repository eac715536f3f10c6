// SPDX-License-Identifier: GPL-2.0
/* The error is made from the pointer first. */
#include <linux/module.h>

static int c_or_zero_probe(struct platform_device *pdev)
{
	struct p_pointer *p = p_pointer_get();
	int ret;

	ret = PTR_ERR_OR_ZERO(p);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_or_zero_driver = {
	.probe = c_or_zero_probe,
	.driver = {
		.name = "c_or_zero",
	},
};
module_platform_driver(c_or_zero_driver);

MODULE_DESCRIPTION("c_or_zero");
MODULE_LICENSE("GPL");
