// SPDX-License-Identifier: GPL-2.0
/* Two functions look at the same table, and fail in different ways. */
#include <linux/module.h>

static struct p_table *table;

static int p_table_ready(void)
{
	return table ? 0 : -EPROBE_DEFER;
}

u32 p_table_address(const char *name)
{
	int ret;

	ret = p_table_ready();

	return ret < 0 ? 0 : table->address;
}
EXPORT_SYMBOL_GPL(p_table_address);

int p_table_level(const char *name)
{
	if (!table)
		return -EPROBE_DEFER;

	return table->level;
}
EXPORT_SYMBOL_GPL(p_table_level);

static int p_table_probe(struct platform_device *pdev)
{
	table = devm_kzalloc(&pdev->dev, sizeof(*table), GFP_KERNEL);
	return table ? 0 : -ENOMEM;
}

static struct platform_driver p_table_driver = {
	.probe = p_table_probe,
	.driver = {
		.name = "p_table",
	},
};
module_platform_driver(p_table_driver);

MODULE_DESCRIPTION("p_table");
MODULE_LICENSE("GPL");
