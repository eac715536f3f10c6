// SPDX-License-Identifier: GPL-2.0
/* Its result is ignored. */
#include <linux/module.h>

static int t_ignored_probe(struct platform_device *pdev)
{
	p_init_register(&pdev->dev);
	return 0;
}

static struct platform_driver t_ignored_driver = {
	.probe = t_ignored_probe,
	.driver = {
		.name = "t_ignored",
	},
};
module_platform_driver(t_ignored_driver);

MODULE_DESCRIPTION("t_ignored");
MODULE_LICENSE("GPL");
