// SPDX-License-Identifier: GPL-2.0
/* So is another error. */
#include <linux/module.h>

static int c_error_probe(struct platform_device *pdev)
{
	int ret = p_flag_use();

	if (ret == -ENODEV)
		ret = -EPROBE_DEFER;
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_error_driver = {
	.probe = c_error_probe,
	.driver = {
		.name = "c_error",
	},
};
module_platform_driver(c_error_driver);

MODULE_DESCRIPTION("c_error");
MODULE_LICENSE("GPL");
