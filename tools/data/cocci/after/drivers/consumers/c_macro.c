// SPDX-License-Identifier: GPL-2.0
/* A macro of a header makes the call. */
#include <linux/initcall_depends.h>
#include <linux/module.h>
#include <linux/p_macro.h>

static int c_macro_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_macro_get(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_macro_driver = {
	.probe = c_macro_probe,
	.driver = {
		.name = "c_macro",
	},
};
module_platform_driver(c_macro_driver);
initcall_depends("p_macro");

MODULE_DESCRIPTION("c_macro");
MODULE_LICENSE("GPL");
