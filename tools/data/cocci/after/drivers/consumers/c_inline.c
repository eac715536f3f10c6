// SPDX-License-Identifier: GPL-2.0
/* An inline function of a header makes the call. */
#include <linux/initcall_depends.h>
#include <linux/module.h>
#include <linux/p_macro.h>

static int c_inline_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_inline_get(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_inline_driver = {
	.probe = c_inline_probe,
	.driver = {
		.name = "c_inline",
	},
};
module_platform_driver(c_inline_driver);
initcall_depends("p_macro");

MODULE_DESCRIPTION("c_inline");
MODULE_LICENSE("GPL");
