// SPDX-License-Identifier: GPL-2.0
/* What the probe has left in its device. */
#include <linux/module.h>
#include <linux/platform_device.h>

struct p_drvdata *p_drvdata_get(struct device_node *np)
{
	struct platform_device *pdev;
	struct p_drvdata *data;

	pdev = of_find_device_by_node(np);
	if (!pdev)
		return ERR_PTR(-ENODEV);

	data = platform_get_drvdata(pdev);
	if (!data) {
		put_device(&pdev->dev);
		return ERR_PTR(-EPROBE_DEFER);
	}

	return data;
}
EXPORT_SYMBOL_GPL(p_drvdata_get);

static int p_drvdata_probe(struct platform_device *pdev)
{
	platform_set_drvdata(pdev, pdev);
	return 0;
}

static struct platform_driver p_drvdata_driver = {
	.probe = p_drvdata_probe,
	.driver = {
		.name = "p_drvdata",
	},
};
module_platform_driver(p_drvdata_driver);
