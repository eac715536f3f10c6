// SPDX-License-Identifier: GPL-2.0
/* A macro of the same header calls what does not wait. */
#include <linux/module.h>
#include <linux/p_macro.h>

static int t_macro_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_macro_other(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver t_macro_driver = {
	.probe = t_macro_probe,
	.driver = {
		.name = "t_macro",
	},
};
module_platform_driver(t_macro_driver);

MODULE_DESCRIPTION("t_macro");
MODULE_LICENSE("GPL");
