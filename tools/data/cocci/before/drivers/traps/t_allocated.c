// SPDX-License-Identifier: GPL-2.0
/* The provider allocates the device, by a macro for its name, when it is ready. */
#include <linux/module.h>

static int t_allocated_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_mothers_named();
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver t_allocated_driver = {
	.probe = t_allocated_probe,
	.driver = {
		.name = "t_allocated",
	},
};
module_platform_driver(t_allocated_driver);

MODULE_DESCRIPTION("t_allocated");
MODULE_LICENSE("GPL");
