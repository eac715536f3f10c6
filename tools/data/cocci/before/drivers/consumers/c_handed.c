// SPDX-License-Identifier: GPL-2.0
/* Its probe is that of a library. */
#include <linux/module.h>

static struct platform_driver c_handed_driver = {
	.probe = p_library_probe,
	.driver = {
		.name = "c_handed",
	},
};
module_platform_driver(c_handed_driver);

MODULE_DESCRIPTION("c_handed");
MODULE_LICENSE("GPL");
