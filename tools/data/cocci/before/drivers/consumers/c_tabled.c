// SPDX-License-Identifier: GPL-2.0
/* A channel that the table of one driver has for it, by its name. */
#include <linux/module.h>

#define DRVNAME "c_tabled"

static int c_tabled_probe(struct platform_device *pdev)
{
	struct iio_channel *channel = devm_iio_channel_get(&pdev->dev, "acme-volt");

	if (IS_ERR(channel) && PTR_ERR(channel) == -ENODEV)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_tabled_driver = {
	.probe = c_tabled_probe,
	.driver = {
		.name = DRVNAME,
	},
};
module_platform_driver(c_tabled_driver);

MODULE_DESCRIPTION("c_tabled");
MODULE_LICENSE("GPL");
