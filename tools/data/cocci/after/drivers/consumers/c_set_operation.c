// SPDX-License-Identifier: GPL-2.0
/* The operation is set by the probe. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static const struct dev_pm_ops c_set_operation_pm = {
	.suspend = c_set_operation_suspend,
};

static const struct c_set_more_ops c_set_operation_more = {
	.enable = c_set_operation_enable,
};

static int c_set_operation_probe(struct platform_device *pdev)
{
	struct p_kinds *kinds = dev_get_platdata(&pdev->dev);
	int ret;

	kinds->ops->link = c_set_operation_link;
	ret = p_kinds_operate(kinds);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_set_operation_driver = {
	.probe = c_set_operation_probe,
	.driver = {
		.name = "c_set_operation",
	},
};
module_platform_driver(c_set_operation_driver);
initcall_depends("p_kinds");

MODULE_DESCRIPTION("c_set_operation");
MODULE_LICENSE("GPL");
