// SPDX-License-Identifier: GPL-2.0
/* The provider asks a framework, and takes what is its own only. */
#include <linux/module.h>

static int c_refused_probe(struct platform_device *pdev)
{
	return PTR_ERR_OR_ZERO(p_refused_get(pdev->dev.of_node));
}

static struct platform_driver c_refused_driver = {
	.probe = c_refused_probe,
	.driver = {
		.name = "c_refused",
	},
};
module_platform_driver(c_refused_driver);

MODULE_DESCRIPTION("c_refused");
MODULE_LICENSE("GPL");
