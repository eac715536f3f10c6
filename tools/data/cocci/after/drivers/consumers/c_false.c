// SPDX-License-Identifier: GPL-2.0
/* The answer is compared with false. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_false_probe(struct platform_device *pdev)
{
	if (p_flag_is_ready() == false)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_false_driver = {
	.probe = c_false_probe,
	.driver = {
		.name = "c_false",
	},
};
module_platform_driver(c_false_driver);
initcall_depends("p_flag");

MODULE_DESCRIPTION("c_false");
MODULE_LICENSE("GPL");
