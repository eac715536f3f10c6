// SPDX-License-Identifier: GPL-2.0
/* Driver data of the parent of the device that is given. */
#include <linux/module.h>

struct p_mother *p_mother_get(struct device *dev)
{
	struct p_mother *p;

	p = dev_get_drvdata(dev->parent);
	if (!p)
		return ERR_PTR(-EPROBE_DEFER);

	return p;
}
EXPORT_SYMBOL_GPL(p_mother_get);

static int p_mother_probe(struct platform_device *pdev)
{
	platform_set_drvdata(pdev, pdev);
	platform_device_register_data(&pdev->dev, "t_child_get", PLATFORM_DEVID_NONE, NULL, 0);
	return 0;
}

static struct platform_driver p_mother_driver = {
	.probe = p_mother_probe,
	.driver = {
		.name = "p_mother",
	},
};
module_platform_driver(p_mother_driver);
