// SPDX-License-Identifier: GPL-2.0
/* A file that is not there yet. */
#include <linux/module.h>

static int t_firmware_user_probe(struct platform_device *pdev)
{
	return t_firmware_load(&pdev->dev);
}

static struct platform_driver t_firmware_user_driver = {
	.probe = t_firmware_user_probe,
	.driver = {
		.name = "t_firmware_user",
	},
};
module_platform_driver(t_firmware_user_driver);

MODULE_DESCRIPTION("t_firmware_user");
MODULE_LICENSE("GPL");
