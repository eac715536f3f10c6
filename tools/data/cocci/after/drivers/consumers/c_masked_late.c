// SPDX-License-Identifier: GPL-2.0
/* What fails before is looked at after. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_masked_late_probe(struct platform_device *pdev)
{
	u32 address;
	int ret;

	address = p_table_address("x");
	ret = p_table_level("y");
	if (ret < 0)
		return ret;
	if (!address)
		return -ENODEV;

	return 0;
}

static struct platform_driver c_masked_late_driver = {
	.probe = c_masked_late_probe,
	.driver = {
		.name = "c_masked_late",
	},
};
module_platform_driver(c_masked_late_driver);
initcall_depends("p_table");

MODULE_DESCRIPTION("c_masked_late");
MODULE_LICENSE("GPL");
