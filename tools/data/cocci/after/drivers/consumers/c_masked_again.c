// SPDX-License-Identifier: GPL-2.0
/* The variable is that of something else when it is looked at. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_masked_again_probe(struct platform_device *pdev)
{
	u32 address;
	int ret;

	address = p_table_address("x");
	c_masked_note(address);
	address = c_masked_own(pdev);
	if (!address)
		return -ENODEV;

	ret = p_table_level("y");
	if (ret < 0)
		return ret;

	return 0;
}

static struct platform_driver c_masked_again_driver = {
	.probe = c_masked_again_probe,
	.driver = {
		.name = "c_masked_again",
	},
};
module_platform_driver(c_masked_again_driver);
initcall_depends("p_table");

MODULE_DESCRIPTION("c_masked_again");
MODULE_LICENSE("GPL");
