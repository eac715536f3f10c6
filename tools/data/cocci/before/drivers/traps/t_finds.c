// SPDX-License-Identifier: GPL-2.0
/* The provider may find what is asked for without its driver: it is reported only. */
#include <linux/module.h>

static int t_finds_probe(struct platform_device *pdev)
{
	if (!p_finds_get(pdev->dev.of_node))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_finds_driver = {
	.probe = t_finds_probe,
	.driver = {
		.name = "t_finds",
	},
};
module_platform_driver(t_finds_driver);

MODULE_DESCRIPTION("t_finds");
MODULE_LICENSE("GPL");
