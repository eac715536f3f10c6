// SPDX-License-Identifier: GPL-2.0
/* What is exported, or a resource: not each device needs it. */
#include <linux/module.h>

static int t_either_probe(struct platform_device *pdev)
{
	if (!p_variable_base && !pdev->num_resources)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_either_driver = {
	.probe = t_either_probe,
	.driver = {
		.name = "t_either",
	},
};
module_platform_driver(t_either_driver);

MODULE_DESCRIPTION("t_either");
MODULE_LICENSE("GPL");
