// SPDX-License-Identifier: GPL-2.0
/* A library calls it only for some: it is reported only. */
#include <linux/module.h>

static int t_library_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_library_maybe(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver t_library_driver = {
	.probe = t_library_probe,
	.driver = {
		.name = "t_library",
	},
};
module_platform_driver(t_library_driver);

MODULE_DESCRIPTION("t_library");
MODULE_LICENSE("GPL");
