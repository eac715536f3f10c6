// SPDX-License-Identifier: GPL-2.0
/* It makes a device, for which there has to be a driver. */
#include <linux/module.h>

static int c_attach_probe(struct platform_device *pdev)
{
	struct a_client *client;
	struct a_info info;
	int err;

	info.name = "p_attached";
	client = a_new_client(&pdev->dev, &info);
	err = device_attach(&client->dev);
	if (err == 0)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_attach_driver = {
	.probe = c_attach_probe,
	.driver = {
		.name = "c_attach",
	},
};
module_platform_driver(c_attach_driver);

MODULE_DESCRIPTION("c_attach");
MODULE_LICENSE("GPL");
