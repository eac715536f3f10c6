// SPDX-License-Identifier: GPL-2.0
/* It is linked before what it calls. */
#include <linux/module.h>

static int c_start_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_start_use();
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_start_driver = {
	.probe = c_start_probe,
	.driver = {
		.name = "c_start",
	},
};
module_platform_driver(c_start_driver);

MODULE_DESCRIPTION("c_start");
MODULE_LICENSE("GPL");
