// SPDX-License-Identifier: GPL-2.0
/* What fails first, for the same reason, is taken for final, but comes after. */
#include <linux/module.h>

static int c_masked_level(void)
{
	int level;

	level = p_table_level("x");
	if (level < 0)
		return level;

	return 0;
}

static int c_masked_probe(struct platform_device *pdev)
{
	struct c_masked *place = dev_get_platdata(&pdev->dev);
	int ret;

	ret = c_masked_level();
	if (ret)
		return ret;

	place->address = p_table_address("x");
	if (!place->address) {
		dev_err(&pdev->dev, "no address\n");
		return -ENODEV;
	}

	return 0;
}

static struct platform_driver c_masked_driver = {
	.probe = c_masked_probe,
	.driver = {
		.name = "c_masked",
	},
};
module_platform_driver(c_masked_driver);

MODULE_DESCRIPTION("c_masked");
MODULE_LICENSE("GPL");
