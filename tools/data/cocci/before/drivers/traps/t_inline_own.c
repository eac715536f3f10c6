// SPDX-License-Identifier: GPL-2.0
/* An inline function calls another one, of the name that a module exports. */
#include <linux/module.h>

#include "t_inline_own.h"

static int t_inline_own_probe(struct platform_device *pdev)
{
	return t_inline_own_set(1);
}

static struct platform_driver t_inline_own_driver = {
	.probe = t_inline_own_probe,
	.driver = {
		.name = "t_inline_own",
	},
};
module_platform_driver(t_inline_own_driver);

MODULE_DESCRIPTION("t_inline_own");
MODULE_LICENSE("GPL");
