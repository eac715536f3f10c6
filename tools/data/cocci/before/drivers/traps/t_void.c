// SPDX-License-Identifier: GPL-2.0
/* What is called on the way returns nothing, and cannot fail. */
#include <linux/module.h>

static int wait(struct platform_device *pdev)
{
	int i;

	for (i = 0; i < 10 && busy(pdev); i++)
		p_flag_poke();

	return i == 10;
}

static int t_void_probe(struct platform_device *pdev)
{
	if (wait(pdev))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_void_driver = {
	.probe = t_void_probe,
	.driver = {
		.name = "t_void",
	},
};
module_platform_driver(t_void_driver);

MODULE_DESCRIPTION("t_void");
MODULE_LICENSE("GPL");
