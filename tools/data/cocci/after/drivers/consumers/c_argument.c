// SPDX-License-Identifier: GPL-2.0
/* The error is the return value, the handle goes through an argument. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_argument_probe(struct platform_device *pdev)
{
	struct p_pointer *p;
	int ret;

	ret = p_pointer_fill(&p);
	if (ret < 0)
		return ret;

	return devm_something(&pdev->dev, p);
}

static struct platform_driver c_argument_driver = {
	.probe = c_argument_probe,
	.driver = {
		.name = "c_argument",
	},
};
module_platform_driver(c_argument_driver);
initcall_depends("p_pointer");

MODULE_DESCRIPTION("c_argument");
MODULE_LICENSE("GPL");
