// SPDX-License-Identifier: GPL-2.0
/* What fails first is final for another reason only. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_masked_except_probe(struct platform_device *pdev)
{
	u32 address;
	int ret;

	ret = p_table_level("x");
	if (ret < 0 && ret != -EPROBE_DEFER)
		return -EINVAL;

	address = p_table_address("x");
	if (!address)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_masked_except_driver = {
	.probe = c_masked_except_probe,
	.driver = {
		.name = "c_masked_except",
	},
};
module_platform_driver(c_masked_except_driver);
initcall_depends("p_table");

MODULE_DESCRIPTION("c_masked_except");
MODULE_LICENSE("GPL");
