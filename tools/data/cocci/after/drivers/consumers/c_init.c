// SPDX-License-Identifier: GPL-2.0
/* An initcall that must have run. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_init_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_init_register(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_init_driver = {
	.probe = c_init_probe,
	.driver = {
		.name = "c_init",
	},
};
module_platform_driver(c_init_driver);
initcall_depends("p_init");

MODULE_DESCRIPTION("c_init");
MODULE_LICENSE("GPL");
