// SPDX-License-Identifier: GPL-2.0
/* What is found by a node needs no driver. */
#include <linux/module.h>

static struct platform_device *p_finds_client;

static int p_finds_probe(struct platform_device *pdev)
{
	p_finds_client = pdev;
	return 0;
}

static struct platform_driver p_finds_driver = {
	.probe = p_finds_probe,
	.driver = {
		.name = "p_finds",
	},
};
module_platform_driver(p_finds_driver);

struct platform_device *p_finds_get(struct device_node *np)
{
	struct platform_device *client;

	client = of_find_device_by_node(np);
	if (client)
		return client;

	return p_finds_client;
}
EXPORT_SYMBOL_GPL(p_finds_get);
