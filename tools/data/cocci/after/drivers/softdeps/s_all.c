// SPDX-License-Identifier: GPL-2.0
/* All of it can be declared. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int s_all_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver s_all_driver = {
	.probe = s_all_probe,
	.driver = {
		.name = "s_all",
	},
};
module_platform_driver(s_all_driver);
initcall_depends("p_flag");
initcall_depends("p_null");

MODULE_DESCRIPTION("s_all");
MODULE_LICENSE("GPL");
