// SPDX-License-Identifier: GPL-2.0
/* It looks at a variable that two modules export. */
#include <linux/module.h>

static int t_twice_probe(struct platform_device *pdev)
{
	if (!p_twice_up)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_twice_driver = {
	.probe = t_twice_probe,
	.driver = {
		.name = "t_twice",
	},
};
module_platform_driver(t_twice_driver);

MODULE_DESCRIPTION("t_twice");
MODULE_LICENSE("GPL");
