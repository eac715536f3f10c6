// SPDX-License-Identifier: GPL-2.0
/* Which driver it is depends on the property. */
#include <linux/module.h>

static int t_domain_probe(struct platform_device *pdev)
{
	struct irq_domain *domain;
	struct device_node *np;

	np = of_parse_phandle(pdev->dev.of_node, "interrupt-parent", 0);
	domain = irq_find_host(np);
	if (!domain)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_domain_driver = {
	.probe = t_domain_probe,
	.driver = {
		.name = "t_domain",
	},
};
module_platform_driver(t_domain_driver);

MODULE_DESCRIPTION("t_domain");
MODULE_LICENSE("GPL");
