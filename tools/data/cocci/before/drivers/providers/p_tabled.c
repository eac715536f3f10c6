// SPDX-License-Identifier: GPL-2.0
/* Its table has a channel for another driver. */
#include <linux/module.h>

static const struct iio_map p_tabled_maps[] = {
	IIO_MAP("volt", "c_tabled", "acme-volt"),
	{}
};

static int p_tabled_probe(struct platform_device *pdev)
{
	return devm_iio_map_array_register(&pdev->dev, dev_get_drvdata(&pdev->dev), p_tabled_maps);
}

static struct platform_driver p_tabled_driver = {
	.probe = p_tabled_probe,
	.driver = {
		.name = "p_tabled",
	},
};
module_platform_driver(p_tabled_driver);

MODULE_DESCRIPTION("p_tabled");
MODULE_LICENSE("GPL");
