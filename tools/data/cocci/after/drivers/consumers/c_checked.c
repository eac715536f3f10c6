// SPDX-License-Identifier: GPL-2.0
/* The provider looks twice at what it waits for: one line. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_checked_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_checked_use();
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_checked_driver = {
	.probe = c_checked_probe,
	.driver = {
		.name = "c_checked",
	},
};
module_platform_driver(c_checked_driver);
initcall_depends("p_checked");

MODULE_DESCRIPTION("c_checked");
MODULE_LICENSE("GPL");
