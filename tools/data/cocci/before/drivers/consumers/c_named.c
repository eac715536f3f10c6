// SPDX-License-Identifier: GPL-2.0
/* The provider makes such a device, and a device tree may have others. */
#include <linux/module.h>

static int c_named_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_mothers_named();
	if (ret)
		return ret;

	return 0;
}

static const struct of_device_id c_named_ids[] = {
	{ .compatible = "acme,named" },
	{}
};

static struct platform_driver c_named_driver = {
	.probe = c_named_probe,
	.driver = {
		.name = "c_named",
		.of_match_table = c_named_ids,
	},
};
module_platform_driver(c_named_driver);

MODULE_DESCRIPTION("c_named");
MODULE_LICENSE("GPL");
