// SPDX-License-Identifier: GPL-2.0
/* Some errors are no reason to fail, but this one is. */
#include <linux/err.h>
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_variable_probe(struct platform_device *pdev)
{
	struct p_drvdata *p;

	p = p_drvdata_get(pdev->dev.of_node);
	if (IS_ERR(p)) {
		if (PTR_ERR(p) == -EPROBE_DEFER)
			return -EPROBE_DEFER;
		p = NULL;
	}

	return 0;
}

static struct platform_driver c_variable_driver = {
	.probe = c_variable_probe,
	.driver = {
		.name = "c_variable",
	},
};
module_platform_driver(c_variable_driver);
initcall_depends("p_drvdata");

MODULE_DESCRIPTION("c_variable");
MODULE_LICENSE("GPL");
