// SPDX-License-Identifier: GPL-2.0
/* A driver by its compatible string. */
#include <linux/module.h>
#include <linux/platform_device.h>

static const struct of_device_id p_bound_ids[] = {
	{ .compatible = "acme,bound" },
	{ }
};

static int p_bound_probe(struct platform_device *pdev)
{
	pdev->id = 1;

	return 0;
}

static struct platform_driver p_bound_driver = {
	.probe = p_bound_probe,
	.driver = {
		.name = "p_bound",
		.of_match_table = p_bound_ids,
	},
};
module_platform_driver(p_bound_driver);
