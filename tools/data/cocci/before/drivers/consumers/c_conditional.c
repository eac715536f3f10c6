// SPDX-License-Identifier: GPL-2.0
/* Neither the last #include nor the last macro is there in every configuration. */
#include <linux/clk.h>
#include <linux/module.h>
#ifdef CONFIG_OF
#include <linux/hwmon.h>
#endif

static int c_conditional_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_init_register(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_conditional_driver = {
	.probe = c_conditional_probe,
	.driver = {
		.name = "c_conditional",
	},
};
module_platform_driver(c_conditional_driver);

MODULE_DESCRIPTION("c_conditional");
MODULE_LICENSE("GPL");

#ifdef CONFIG_OF
static int __init c_conditional_late(void)
{
	return 0;
}
late_initcall(c_conditional_late);
#endif
