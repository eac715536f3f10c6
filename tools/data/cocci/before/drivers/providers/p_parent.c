// SPDX-License-Identifier: GPL-2.0
/* Driver data of the device that is given. */
#include <linux/module.h>
#include <linux/platform_device.h>

struct p_parent *p_parent_get(struct device *dev)
{
	struct p_parent *p = dev_get_drvdata(dev);

	if (!p)
		return ERR_PTR(-EPROBE_DEFER);

	return p;
}
EXPORT_SYMBOL_GPL(p_parent_get);

struct p_parent *p_parent_maybe(struct device *dev)
{
	struct p_parent *p;

	if (!device_property_present(dev, "acme,parent"))
		return NULL;

	p = dev_get_drvdata(dev);
	if (!p)
		return ERR_PTR(-EPROBE_DEFER);

	return p;
}
EXPORT_SYMBOL_GPL(p_parent_maybe);

static int p_parent_probe(struct platform_device *pdev)
{
	platform_set_drvdata(pdev, pdev);
	of_platform_populate(pdev->dev.of_node, NULL, NULL, &pdev->dev);

	return 0;
}

static struct platform_driver p_parent_driver = {
	.probe = p_parent_probe,
	.driver = {
		.name = "p_parent",
	},
};
module_platform_driver(p_parent_driver);
