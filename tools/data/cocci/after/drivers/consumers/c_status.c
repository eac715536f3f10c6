// SPDX-License-Identifier: GPL-2.0
/* The status of a provider, which is -EPROBE_DEFER from the beginning. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_status_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_status_get();
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_status_driver = {
	.probe = c_status_probe,
	.driver = {
		.name = "c_status",
	},
};
module_platform_driver(c_status_driver);
initcall_depends("p_status");

MODULE_DESCRIPTION("c_status");
MODULE_LICENSE("GPL");
