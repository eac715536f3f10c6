// SPDX-License-Identifier: GPL-2.0
/*
 * The clock that field_power.c needs: at device level, as clk_rk3528 is
 */

#include <linux/clk-provider.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>

static int field_clk_probe(struct platform_device *pdev)
{
	struct clk_hw *hw;

	hw = devm_clk_hw_register_fixed_rate(&pdev->dev, "field", NULL, 0, 24000000);
	if (IS_ERR(hw))
		return PTR_ERR(hw);
	return devm_of_clk_add_hw_provider(&pdev->dev, of_clk_hw_simple_get, hw);
}

static const struct of_device_id field_clk_match[] = {
	{ .name = "field-clk" },
	{ }
};
MODULE_DEVICE_TABLE(of, field_clk_match);

static struct platform_driver field_clk_driver = {
	.probe = field_clk_probe,
	.driver = {
		.name = "field-clk",
		.of_match_table = field_clk_match,
	},
};
module_platform_driver(field_clk_driver);

MODULE_DESCRIPTION("Clock of the power domain that tests use");
MODULE_LICENSE("GPL");
