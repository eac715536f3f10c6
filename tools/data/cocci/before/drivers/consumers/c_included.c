// SPDX-License-Identifier: GPL-2.0
/* What calls is in a .c file that is included. */
#include <linux/module.h>

#include "c_included_body.c"

static int c_included_probe(struct platform_device *pdev)
{
	return c_included_start(&pdev->dev);
}

static struct platform_driver c_included_driver = {
	.probe = c_included_probe,
	.driver = {
		.name = "c_included",
	},
};
module_platform_driver(c_included_driver);

MODULE_DESCRIPTION("c_included");
MODULE_LICENSE("GPL");
