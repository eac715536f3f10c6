// SPDX-License-Identifier: GPL-2.0
/* This one registers, too. */
#include <linux/module.h>

static int t_internal_other_probe(struct platform_device *pdev)
{
	return t_internal_register(pdev);
}

static struct platform_driver t_internal_other_driver = {
	.probe = t_internal_other_probe,
	.driver = {
		.name = "t_internal_other",
	},
};
module_platform_driver(t_internal_other_driver);

MODULE_DESCRIPTION("t_internal_other");
MODULE_LICENSE("GPL");
