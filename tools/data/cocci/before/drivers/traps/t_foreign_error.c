// SPDX-License-Identifier: GPL-2.0
/* NULL is made into another error. */
#include <linux/module.h>

static int t_foreign_error_probe(struct platform_device *pdev)
{
	if (!p_null_get(&pdev->dev))
		return -ENXIO;

	return 0;
}

static struct platform_driver t_foreign_error_driver = {
	.probe = t_foreign_error_probe,
	.driver = {
		.name = "t_foreign_error",
	},
};
module_platform_driver(t_foreign_error_driver);

MODULE_DESCRIPTION("t_foreign_error");
MODULE_LICENSE("GPL");
