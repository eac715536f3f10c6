// SPDX-License-Identifier: GPL-2.0
/* It looks at a variable of another driver. */
#include <linux/module.h>

static int c_exported_probe(struct platform_device *pdev)
{
	if (!p_variable_base)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_exported_driver = {
	.probe = c_exported_probe,
	.driver = {
		.name = "c_exported",
	},
};
module_platform_driver(c_exported_driver);

MODULE_DESCRIPTION("c_exported");
MODULE_LICENSE("GPL");
