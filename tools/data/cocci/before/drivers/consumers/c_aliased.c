// SPDX-License-Identifier: GPL-2.0
/* The provider's state is a structure that it reaches by a pointer. */
#include <linux/module.h>

static int c_aliased_probe(struct platform_device *pdev)
{
	return p_aliased_get();
}

static struct platform_driver c_aliased_driver = {
	.probe = c_aliased_probe,
	.driver = {
		.name = "c_aliased",
	},
};
module_platform_driver(c_aliased_driver);

MODULE_DESCRIPTION("c_aliased");
MODULE_LICENSE("GPL");
