// SPDX-License-Identifier: GPL-2.0
/* This one registers, too. */
#include <linux/module.h>
#include "t_wrapped.h"

static int t_wrapped_other_probe(struct platform_device *pdev)
{
	return t_wrapped_register(pdev);
}

static struct platform_driver t_wrapped_other_driver = {
	.probe = t_wrapped_other_probe,
	.driver = {
		.name = "t_wrapped_other",
	},
};
module_platform_driver(t_wrapped_other_driver);

MODULE_DESCRIPTION("t_wrapped_other");
MODULE_LICENSE("GPL");
