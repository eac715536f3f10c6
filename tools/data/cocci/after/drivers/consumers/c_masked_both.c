// SPDX-License-Identifier: GPL-2.0
/* What fails before is not final for all devices. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_masked_both_probe(struct platform_device *pdev)
{
	u32 address;
	int ret;

	address = p_table_address("x");
	if (!address) {
		if (pdev->id == 1)
			return -ENODEV;
		return -EPROBE_DEFER;
	}

	ret = p_table_level("y");
	if (ret < 0)
		return ret;

	return 0;
}

static struct platform_driver c_masked_both_driver = {
	.probe = c_masked_both_probe,
	.driver = {
		.name = "c_masked_both",
	},
};
module_platform_driver(c_masked_both_driver);
initcall_depends("p_table");

MODULE_DESCRIPTION("c_masked_both");
MODULE_LICENSE("GPL");
