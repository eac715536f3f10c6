// SPDX-License-Identifier: GPL-2.0
/* What fails before is asked for some devices only. */
#include <linux/module.h>

static int c_masked_some_probe(struct platform_device *pdev)
{
	u32 address;
	int ret;

	if (pdev->id == 1) {
		address = p_table_address("x");
		if (!address)
			return -ENODEV;
	}

	ret = p_table_level("y");
	if (ret < 0)
		return ret;

	return 0;
}

static struct platform_driver c_masked_some_driver = {
	.probe = c_masked_some_probe,
	.driver = {
		.name = "c_masked_some",
	},
};
module_platform_driver(c_masked_some_driver);

MODULE_DESCRIPTION("c_masked_some");
MODULE_LICENSE("GPL");
