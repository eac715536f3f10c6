// SPDX-License-Identifier: GPL-2.0
/* Its probe runs once, when the driver is registered. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_once_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_once_claim(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_once_driver = {
	.probe = c_once_probe,
	.driver = {
		.name = "c_once",
	},
};
module_platform_driver(c_once_driver);
initcall_depends("p_once");

MODULE_DESCRIPTION("c_once");
MODULE_LICENSE("GPL");
