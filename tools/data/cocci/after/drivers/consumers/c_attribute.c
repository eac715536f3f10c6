// SPDX-License-Identifier: GPL-2.0
/* A variable has an attribute, which the tree defines. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_attribute_probe(struct platform_device *pdev)
{
	char name[8] __nonstring;

	if (!p_flag_is_ready())
		return -EPROBE_DEFER;

	return c_attribute_setup(pdev, name);
}

static struct platform_driver c_attribute_driver = {
	.probe = c_attribute_probe,
	.driver = {
		.name = "c_attribute",
	},
};
module_platform_driver(c_attribute_driver);
initcall_depends("p_flag");

MODULE_DESCRIPTION("c_attribute");
MODULE_LICENSE("GPL");
