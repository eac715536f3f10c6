// SPDX-License-Identifier: GPL-2.0
/* It has found the node of another driver, and looks for the interrupt domain of that. */
#include <linux/module.h>

static const struct of_device_id c_domain_parents[] = {
	{ .compatible = "acme,p_domain" },
	{ }
};

static int c_domain_probe(struct platform_device *pdev)
{
	struct irq_domain *domain;
	struct device_node *np;

	np = of_find_matching_node(NULL, c_domain_parents);
	domain = irq_find_host(np);
	if (!domain)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_domain_driver = {
	.probe = c_domain_probe,
	.driver = {
		.name = "c_domain",
	},
};
module_platform_driver(c_domain_driver);

MODULE_DESCRIPTION("c_domain");
MODULE_LICENSE("GPL");
