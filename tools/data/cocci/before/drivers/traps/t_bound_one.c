// SPDX-License-Identifier: GPL-2.0
/* One of two drivers for the same device. */
#include <linux/module.h>
#include <linux/platform_device.h>

static const struct of_device_id t_bound_one_ids[] = {
	{ .compatible = "acme,two" },
	{ }
};

static int t_bound_one_probe(struct platform_device *pdev)
{
	pdev->id = 1;

	return 0;
}

static struct platform_driver t_bound_one_driver = {
	.probe = t_bound_one_probe,
	.driver = {
		.name = "t_bound_one",
	},
};
module_platform_driver(t_bound_one_driver);
