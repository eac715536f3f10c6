// SPDX-License-Identifier: GPL-2.0
/* A macro makes the call, at the beginning of a line. */
#include <linux/initcall_depends.h>
#include <linux/module.h>
#include <linux/p_macro_lines.h>

static int c_macro_lines_probe(struct platform_device *pdev)
{
	int ret;

	ret = P_MACRO_LINES(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_macro_lines_driver = {
	.probe = c_macro_lines_probe,
	.driver = {
		.name = "c_macro_lines",
	},
};
module_platform_driver(c_macro_lines_driver);
initcall_depends("p_macro");

MODULE_DESCRIPTION("c_macro_lines");
MODULE_LICENSE("GPL");
