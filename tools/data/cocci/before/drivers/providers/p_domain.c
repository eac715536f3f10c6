// SPDX-License-Identifier: GPL-2.0
/* Makes an interrupt domain for its node. */
#include <linux/module.h>

static const struct of_device_id p_domain_of_match[] = {
	{ .compatible = "acme,p_domain" },
	{ }
};

static int p_domain_probe(struct platform_device *pdev)
{
	struct irq_domain *domain;

	domain = irq_domain_create_linear(pdev->dev.fwnode, 8, &p_domain_ops, pdev);
	if (!domain)
		return -ENOMEM;

	return 0;
}

static struct platform_driver p_domain_driver = {
	.probe = p_domain_probe,
	.driver = {
		.name = "p_domain",
		.of_match_table = p_domain_of_match,
	},
};
module_platform_driver(p_domain_driver);

MODULE_DESCRIPTION("p_domain");
MODULE_LICENSE("GPL");
