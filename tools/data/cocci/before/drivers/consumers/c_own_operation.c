// SPDX-License-Identifier: GPL-2.0
/* An operation that the provider has itself, and a table for something else. */
#include <linux/module.h>

static const struct net_device_ops c_own_operation_net = {
	.ndo_open = c_own_operation_open,
};

static int c_own_operation_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_kinds_call(dev_get_platdata(&pdev->dev));
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_own_operation_driver = {
	.probe = c_own_operation_probe,
	.driver = {
		.name = "c_own_operation",
	},
};
module_platform_driver(c_own_operation_driver);

MODULE_DESCRIPTION("c_own_operation");
MODULE_LICENSE("GPL");
