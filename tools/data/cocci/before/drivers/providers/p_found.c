// SPDX-License-Identifier: GPL-2.0
/* What another driver looks at. */
#include <linux/module.h>

static const struct of_device_id p_found_match[] = {
	{ .compatible = "acme,p_found" },
	{}
};

static int p_found_probe(struct platform_device *pdev)
{
	platform_set_drvdata(pdev, pdev);
	return 0;
}

static struct platform_driver p_found_driver = {
	.probe = p_found_probe,
	.driver = {
		.name = "p_found",
	},
};
module_platform_driver(p_found_driver);
