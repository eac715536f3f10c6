// SPDX-License-Identifier: GPL-2.0
/* The provider makes the device, by a name, when it is ready. */
#include <linux/module.h>

static int t_named_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_mothers_named();
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver t_named_driver = {
	.probe = t_named_probe,
	.driver = {
		.name = "t_named",
	},
};
module_platform_driver(t_named_driver);

MODULE_DESCRIPTION("t_named");
MODULE_LICENSE("GPL");
