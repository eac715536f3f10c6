// SPDX-License-Identifier: GPL-2.0
/* Two of which each may be missing, on two lines. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_or_probe(struct platform_device *pdev)
{
	if (!p_flag_is_ready() ||
	    !p_null_get())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_or_driver = {
	.probe = c_or_probe,
	.driver = {
		.name = "c_or",
	},
};
module_platform_driver(c_or_driver);
initcall_depends("p_flag");
initcall_depends("p_null");

MODULE_DESCRIPTION("c_or");
MODULE_LICENSE("GPL");
