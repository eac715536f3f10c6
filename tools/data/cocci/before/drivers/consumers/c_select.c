// SPDX-License-Identifier: GPL-2.0
/* An answer of yes or no selects what it returns. */
#include <linux/module.h>

static int c_select_probe(struct platform_device *pdev)
{
	return p_flag_is_ready() ? 0 : -EPROBE_DEFER;
}

static struct platform_driver c_select_driver = {
	.probe = c_select_probe,
	.driver = {
		.name = "c_select",
	},
};
module_platform_driver(c_select_driver);

MODULE_DESCRIPTION("c_select");
MODULE_LICENSE("GPL");
