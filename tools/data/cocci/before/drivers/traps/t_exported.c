// SPDX-License-Identifier: GPL-2.0
/* It looks at a variable that another driver may set. */
#include <linux/module.h>

static int t_exported_probe(struct platform_device *pdev)
{
	if (!t_variable_base)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_exported_driver = {
	.probe = t_exported_probe,
	.driver = {
		.name = "t_exported",
	},
};
module_platform_driver(t_exported_driver);

MODULE_DESCRIPTION("t_exported");
MODULE_LICENSE("GPL");
