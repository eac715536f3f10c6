// SPDX-License-Identifier: GPL-2.0
/* What fails first, for the same reason, is taken for final. */
#include <linux/module.h>

static int t_masked_level(void)
{
	int level;

	level = p_table_level("x");
	if (level < 0)
		return level;

	return 0;
}

static int t_masked_probe(struct platform_device *pdev)
{
	struct t_masked *place = dev_get_platdata(&pdev->dev);
	int ret;

	place->address = p_table_address("x");
	if (!place->address) {
		dev_err(&pdev->dev, "no address\n");
		return -ENODEV;
	}

	ret = p_table_level("y");
	if (ret < 0)
		return ret;

	return t_masked_level();
}

static struct platform_driver t_masked_driver = {
	.probe = t_masked_probe,
	.driver = {
		.name = "t_masked",
	},
};
module_platform_driver(t_masked_driver);

MODULE_DESCRIPTION("t_masked");
MODULE_LICENSE("GPL");
