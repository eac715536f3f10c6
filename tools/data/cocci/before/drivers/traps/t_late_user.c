// SPDX-License-Identifier: GPL-2.0
/* A callback of a clock, whose user may be anybody. */
#include <linux/module.h>

static int t_late_user_prepare(struct clk_hw *hw)
{
	struct p_pointer *p = p_pointer_get();

	return PTR_ERR_OR_ZERO(p);
}

static const struct clk_ops t_late_user_ops = {
	.prepare = t_late_user_prepare,
};

static int t_late_user_probe(struct platform_device *pdev)
{
	return devm_clk_hw_register(&pdev->dev, platform_get_drvdata(pdev));
}

static struct platform_driver t_late_user_driver = {
	.probe = t_late_user_probe,
	.driver = {
		.name = "t_late_user",
	},
};
module_platform_driver(t_late_user_driver);

MODULE_DESCRIPTION("t_late_user");
MODULE_LICENSE("GPL");
