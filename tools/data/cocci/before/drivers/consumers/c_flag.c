// SPDX-License-Identifier: GPL-2.0
/* So is false. */
#include <linux/module.h>

static int c_flag_probe(struct platform_device *pdev)
{
	if (!p_flag_is_ready())
		return dev_err_probe(&pdev->dev, -EPROBE_DEFER, "not ready\n");

	return 0;
}

static struct platform_driver c_flag_driver = {
	.probe = c_flag_probe,
	.driver = {
		.name = "c_flag",
	},
};
module_platform_driver(c_flag_driver);

MODULE_DESCRIPTION("c_flag");
MODULE_LICENSE("GPL");
