// SPDX-License-Identifier: GPL-2.0
/* The same, with what defers in an else. */
#include <linux/module.h>

static int t_either_else_probe(struct platform_device *pdev)
{
	if (p_flag_is_ready() || pdev->num_resources)
		dev_dbg(&pdev->dev, "ready\n");
	else
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_either_else_driver = {
	.probe = t_either_else_probe,
	.driver = {
		.name = "t_either_else",
	},
};
module_platform_driver(t_either_else_driver);

MODULE_DESCRIPTION("t_either_else");
MODULE_LICENSE("GPL");
