// SPDX-License-Identifier: GPL-2.0
/* Its probe leaves platform data in its device. */
#include <linux/module.h>
#include <linux/platform_device.h>

static int p_platdata_probe(struct platform_device *pdev)
{
	pdev->dev.platform_data = (void *)of_device_get_match_data(&pdev->dev);

	return 0;
}

static const struct of_device_id p_platdata_match[] = {
	{ .compatible = "acme,old-counter" },
	{}
};

static struct platform_driver p_platdata_driver = {
	.probe = p_platdata_probe,
	.driver = {
		.name = "p_platdata",
		.of_match_table = p_platdata_match,
	},
};
module_platform_driver(p_platdata_driver);
