// SPDX-License-Identifier: GPL-2.0
/* A header of its own has a function of the name that another module exports. */
#include <linux/module.h>

#include "t_inline.h"

static int t_inline_probe(struct platform_device *pdev)
{
	if (!p_flag_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_inline_driver = {
	.probe = t_inline_probe,
	.driver = {
		.name = "t_inline",
	},
};
module_platform_driver(t_inline_driver);

MODULE_DESCRIPTION("t_inline");
MODULE_LICENSE("GPL");
