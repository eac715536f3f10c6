// SPDX-License-Identifier: GPL-2.0
/* The variable itself is exported. */
#include <linux/module.h>
#include <linux/platform_device.h>

struct p_variable *p_variable_base;
EXPORT_SYMBOL_GPL(p_variable_base);

static int p_variable_probe(struct platform_device *pdev)
{
	p_variable_base = devm_kzalloc(&pdev->dev, 1, GFP_KERNEL);

	return 0;
}

static struct platform_driver p_variable_driver = {
	.probe = p_variable_probe,
	.driver = {
		.name = "p_variable",
	},
};
module_platform_driver(p_variable_driver);
