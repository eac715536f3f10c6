// SPDX-License-Identifier: GPL-2.0
/* The provider's file is in the module of its test, too. */
#include <linux/module.h>

static int c_tested_probe(struct platform_device *pdev)
{
	if (!p_tested_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_tested_driver = {
	.probe = c_tested_probe,
	.driver = {
		.name = "c_tested",
	},
};
module_platform_driver(c_tested_driver);

MODULE_DESCRIPTION("c_tested");
MODULE_LICENSE("GPL");
