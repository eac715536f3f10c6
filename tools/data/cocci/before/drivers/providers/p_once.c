// SPDX-License-Identifier: GPL-2.0
/* Its probe runs once, when the driver is registered. */
#include <linux/module.h>
#include <linux/platform_device.h>

static void *claimed;

int p_once_claim(struct device *dev)
{
	if (IS_ERR(claimed))
		return PTR_ERR(claimed);

	if (!claimed)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL(p_once_claim);

void *p_once_data(struct device_node *np)
{
	struct platform_device *pdev = of_find_device_by_node(np);

	if (!pdev)
		return NULL;

	return platform_get_drvdata(pdev);
}
EXPORT_SYMBOL(p_once_data);

static int __init p_once_probe(struct platform_device *pdev)
{
	claimed = pdev;
	platform_set_drvdata(pdev, pdev);
	return 0;
}

static struct platform_driver p_once_driver = {
	.driver = {
		.name = "p_once",
	},
};
builtin_platform_driver_probe(p_once_driver, p_once_probe);
