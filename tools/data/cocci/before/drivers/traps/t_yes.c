// SPDX-License-Identifier: GPL-2.0
/* It is a yes that it takes for a reason to wait. */
#include <linux/module.h>

static int t_yes_probe(struct platform_device *pdev)
{
	if (p_flag_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_yes_driver = {
	.probe = t_yes_probe,
	.driver = {
		.name = "t_yes",
	},
};
module_platform_driver(t_yes_driver);

MODULE_DESCRIPTION("t_yes");
MODULE_LICENSE("GPL");
