// SPDX-License-Identifier: GPL-2.0
/* It finds two nodes, and which driver the one is of depends on the property. */
#include <linux/module.h>

static int t_domain_other_probe(struct platform_device *pdev)
{
	struct device_node *np, *other;
	struct irq_domain *domain;

	other = of_find_compatible_node(NULL, NULL, "acme,p_domain");
	of_node_put(other);
	np = of_parse_phandle(pdev->dev.of_node, "interrupt-parent", 0);
	domain = irq_find_host(np);
	if (!domain)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_domain_other_driver = {
	.probe = t_domain_other_probe,
	.driver = {
		.name = "t_domain_other",
	},
};
module_platform_driver(t_domain_other_driver);

MODULE_DESCRIPTION("t_domain_other");
MODULE_LICENSE("GPL");
