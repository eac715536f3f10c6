// SPDX-License-Identifier: GPL-2.0
/* The error is what remains at the end. */
#include <linux/module.h>

static int c_behind_probe(struct platform_device *pdev)
{
	if (p_flag_is_ready())
		return 0;

	return -EPROBE_DEFER;
}

static struct platform_driver c_behind_driver = {
	.probe = c_behind_probe,
	.driver = {
		.name = "c_behind",
	},
};
module_platform_driver(c_behind_driver);

MODULE_DESCRIPTION("c_behind");
MODULE_LICENSE("GPL");
