// SPDX-License-Identifier: GPL-2.0
/* Without what firmware says of it, it gets along: it is reported only. */
#include <linux/module.h>

static int t_ignores_probe(struct platform_device *pdev)
{
	struct p_pointer *p;

	p = p_pointer_get(&pdev->dev);
	if (IS_ERR(p)) {
		if (!device_property_present(&pdev->dev, "acme,pointer"))
			p = NULL;
		else if (PTR_ERR(p) == -EPROBE_DEFER)
			return -EPROBE_DEFER;
	}

	return 0;
}

static struct platform_driver t_ignores_driver = {
	.probe = t_ignores_probe,
	.driver = {
		.name = "t_ignores",
	},
};
module_platform_driver(t_ignores_driver);

MODULE_DESCRIPTION("t_ignores");
MODULE_LICENSE("GPL");
