// SPDX-License-Identifier: GPL-2.0
/* Any error is turned into -EPROBE_DEFER. */
#include <linux/module.h>

static int c_any_error_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_flag_use();
	if (ret)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_any_error_driver = {
	.probe = c_any_error_probe,
	.driver = {
		.name = "c_any_error",
	},
};
module_platform_driver(c_any_error_driver);

MODULE_DESCRIPTION("c_any_error");
MODULE_LICENSE("GPL");
