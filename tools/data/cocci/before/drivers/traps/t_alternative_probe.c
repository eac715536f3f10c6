// SPDX-License-Identifier: GPL-2.0
/* Sets what the other file has. */
#include <linux/module.h>

static int t_alternative_probe(struct platform_device *pdev)
{
	t_alone_start(pdev);
	return 0;
}

static struct platform_driver t_alternative_driver = {
	.probe = t_alternative_probe,
	.driver = {
		.name = "t_alternative",
	},
};
module_platform_driver(t_alternative_driver);

MODULE_DESCRIPTION("t_alternative");
MODULE_LICENSE("GPL");
