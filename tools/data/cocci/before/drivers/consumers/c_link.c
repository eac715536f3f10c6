// SPDX-License-Identifier: GPL-2.0
/* It looks whether the supplier of a link has a driver. */
#include <linux/module.h>

static int c_link_probe(struct platform_device *pdev)
{
	struct platform_device *other;
	struct device_link *link;
	struct device_node *np;

	np = of_find_compatible_node(NULL, NULL, "acme,bound");
	other = of_find_device_by_node(np);
	link = device_link_add(&pdev->dev, &other->dev, DL_FLAG_AUTOPROBE_CONSUMER);
	if (!link)
		return -EINVAL;

	if (link->status == DL_STATE_DORMANT)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_link_driver = {
	.probe = c_link_probe,
	.driver = {
		.name = "c_link",
	},
};
module_platform_driver(c_link_driver);

MODULE_DESCRIPTION("c_link");
MODULE_LICENSE("GPL");
