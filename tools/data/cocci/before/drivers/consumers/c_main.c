// SPDX-License-Identifier: GPL-2.0
/* The probe is here, and calls c_hw.c. */
#include <linux/module.h>
#include "c_hw.h"

static int c_main_probe(struct platform_device *pdev)
{
	int ret;

	ret = c_hw_setup(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_main_driver = {
	.probe = c_main_probe,
	.driver = {
		.name = "c_main",
	},
};
module_platform_driver(c_main_driver);

MODULE_DESCRIPTION("c_main");
MODULE_LICENSE("GPL");
