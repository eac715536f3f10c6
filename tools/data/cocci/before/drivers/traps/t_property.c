// SPDX-License-Identifier: GPL-2.0
/* A property of the device decides: it is reported only. */
#include <linux/module.h>

static int t_property_probe(struct platform_device *pdev)
{
	struct p_pointer *p;

	if (of_property_present(pdev->dev.of_node, "acme,pointer")) {
		p = p_pointer_get(NULL);
		if (IS_ERR(p))
			return PTR_ERR(p);
	}

	return 0;
}

static struct platform_driver t_property_driver = {
	.probe = t_property_probe,
	.driver = {
		.name = "t_property",
	},
};
module_platform_driver(t_property_driver);

MODULE_DESCRIPTION("t_property");
MODULE_LICENSE("GPL");
