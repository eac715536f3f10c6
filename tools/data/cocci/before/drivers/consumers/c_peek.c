// SPDX-License-Identifier: GPL-2.0
/* It makes the device itself, and looks whether a driver has been found for it. */
#include <linux/module.h>

static int c_peek_probe(struct platform_device *pdev)
{
	struct platform_device *ipc;

	ipc = platform_device_register_data(&pdev->dev, "p_drvdata", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(ipc))
		return PTR_ERR(ipc);

	if (!dev_get_drvdata(&ipc->dev))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_peek_driver = {
	.probe = c_peek_probe,
	.driver = {
		.name = "c_peek",
	},
};
module_platform_driver(c_peek_driver);

MODULE_DESCRIPTION("c_peek");
MODULE_LICENSE("GPL");
