// SPDX-License-Identifier: GPL-2.0
/* A header of its own declares it, and has something else without it. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

#include "c_indented.h"

static int c_indented_probe(struct platform_device *pdev)
{
	if (!p_flag_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_indented_driver = {
	.probe = c_indented_probe,
	.driver = {
		.name = "c_indented",
	},
};
module_platform_driver(c_indented_driver);
initcall_depends("p_flag");

MODULE_DESCRIPTION("c_indented");
MODULE_LICENSE("GPL");
