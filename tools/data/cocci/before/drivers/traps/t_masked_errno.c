// SPDX-License-Identifier: GPL-2.0
/* What fails first, for the same reason, is another error, which is final. */
#include <linux/module.h>

static int t_masked_errno_probe(struct platform_device *pdev)
{
	u32 address;
	int ret;

	ret = p_table_level("x");
	if (ret < 0 && ret != -EEXIST) {
		dev_err(&pdev->dev, "no level\n");
		ret = -EFAULT;
		return ret;
	}

	address = p_table_address("x");
	if (!address)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_masked_errno_driver = {
	.probe = t_masked_errno_probe,
	.driver = {
		.name = "t_masked_errno",
	},
};
module_platform_driver(t_masked_errno_driver);

MODULE_DESCRIPTION("t_masked_errno");
MODULE_LICENSE("GPL");
