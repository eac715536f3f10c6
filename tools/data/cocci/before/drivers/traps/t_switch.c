// SPDX-License-Identifier: GPL-2.0
/* It gets along with an error of a helper that may fail before: it is reported only. */
#include <linux/module.h>

static int t_switch_get(struct platform_device *pdev)
{
	if (!platform_get_resource(pdev, IORESOURCE_MEM, 0))
		return -ENODEV;

	return PTR_ERR_OR_ZERO(p_pointer_get(NULL));
}

static int t_switch_probe(struct platform_device *pdev)
{
	int ret;

	ret = t_switch_get(pdev);
	switch (ret) {
	case 0:
		break;
	case -ENODEV:
		ret = 0;
		break;
	default:
		return ret;
	}

	return ret;
}

static struct platform_driver t_switch_driver = {
	.probe = t_switch_probe,
	.driver = {
		.name = "t_switch",
	},
};
module_platform_driver(t_switch_driver);

MODULE_DESCRIPTION("t_switch");
MODULE_LICENSE("GPL");
