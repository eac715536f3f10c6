// SPDX-License-Identifier: GPL-2.0
/* No other module registers what is looked for. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_internal_probe(struct platform_device *pdev)
{
	return p_internal_use();
}

static struct platform_driver c_internal_driver = {
	.probe = c_internal_probe,
	.driver = {
		.name = "c_internal",
	},
};
module_platform_driver(c_internal_driver);
initcall_depends("p_internal");

MODULE_DESCRIPTION("c_internal");
MODULE_LICENSE("GPL");
