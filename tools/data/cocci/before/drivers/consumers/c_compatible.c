// SPDX-License-Identifier: GPL-2.0
/* Each device with one compatible string needs it. */
#include <linux/module.h>

static int c_compatible_probe(struct platform_device *pdev)
{
	struct p_pointer *p;

	if (of_device_is_compatible(pdev->dev.of_node, "acme,one")) {
		p = p_pointer_get(NULL);
		if (IS_ERR(p))
			return PTR_ERR(p);
	}

	return 0;
}

static struct platform_driver c_compatible_driver = {
	.probe = c_compatible_probe,
	.driver = {
		.name = "c_compatible",
	},
};
module_platform_driver(c_compatible_driver);

MODULE_DESCRIPTION("c_compatible");
MODULE_LICENSE("GPL");
