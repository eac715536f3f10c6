// SPDX-License-Identifier: GPL-2.0
/* What is freed at the end of a function is no variable of the file. */
#include <linux/module.h>

static int t_freed_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_freed_setup(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver t_freed_driver = {
	.probe = t_freed_probe,
	.driver = {
		.name = "t_freed",
	},
};
module_platform_driver(t_freed_driver);

MODULE_DESCRIPTION("t_freed");
MODULE_LICENSE("GPL");
