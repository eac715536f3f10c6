// SPDX-License-Identifier: GPL-2.0
/* Any error is turned into -EPROBE_DEFER. */
#include <linux/module.h>

static int c_aside_probe(struct platform_device *pdev)
{
	if (p_aside_use())
		return -EPROBE_DEFER;

	if (p_aside_check())
		return -EPROBE_DEFER;

	if (p_aside_search(2))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_aside_driver = {
	.probe = c_aside_probe,
	.driver = {
		.name = "c_aside",
	},
};
module_platform_driver(c_aside_driver);

MODULE_DESCRIPTION("c_aside");
MODULE_LICENSE("GPL");
