// SPDX-License-Identifier: GPL-2.0
/* The provider looks at what is in another of its files. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_apart_probe(struct platform_device *pdev)
{
	if (p_apart_check())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_apart_driver = {
	.probe = c_apart_probe,
	.driver = {
		.name = "c_apart",
	},
};
module_platform_driver(c_apart_driver);
initcall_depends("p_apart");

MODULE_DESCRIPTION("c_apart");
MODULE_LICENSE("GPL");
