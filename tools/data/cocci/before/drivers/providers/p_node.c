// SPDX-License-Identifier: GPL-2.0
/* Only if a property names a device. */
#include <linux/module.h>

static struct p_node *p_node_by_node(struct device_node *np)
{
	struct platform_device *pdev = of_find_device_by_node(np);
	struct p_node *p = platform_get_drvdata(pdev);

	if (!p)
		return ERR_PTR(-EPROBE_DEFER);

	return p;
}

struct p_node *p_node_get(struct device *dev)
{
	struct p_node *p = NULL;
	struct device_node *np;

	np = of_parse_phandle(dev->of_node, "acme,node", 0);
	if (np)
		p = p_node_by_node(np);

	return p;
}
EXPORT_SYMBOL_GPL(p_node_get);

struct p_node *p_node_need(struct device *dev)
{
	struct platform_device *pdev;
	struct device_node *np;

	np = of_parse_phandle(dev->of_node, "acme,node", 0);
	if (!np)
		return NULL;

	pdev = of_find_device_by_node(np);
	return platform_get_drvdata(pdev);
}
EXPORT_SYMBOL_GPL(p_node_need);

static int p_node_probe(struct platform_device *pdev)
{
	platform_set_drvdata(pdev, pdev);
	return 0;
}

static struct platform_driver p_node_driver = {
	.probe = p_node_probe,
	.driver = {
		.name = "p_node",
	},
};
module_platform_driver(p_node_driver);
