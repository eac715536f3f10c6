// SPDX-License-Identifier: GPL-2.0
/* No driver of the tree has that name. */
#include <linux/module.h>

static int t_attach_probe(struct platform_device *pdev)
{
	struct a_client *client;
	struct a_info info;
	int err;

	info.name = "t_nothing";
	client = a_new_client(&pdev->dev, &info);
	err = device_attach(&client->dev);
	if (err == 0)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_attach_driver = {
	.probe = t_attach_probe,
	.driver = {
		.name = "t_attach",
	},
};
module_platform_driver(t_attach_driver);

MODULE_DESCRIPTION("t_attach");
MODULE_LICENSE("GPL");
