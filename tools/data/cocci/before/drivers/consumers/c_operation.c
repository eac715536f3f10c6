// SPDX-License-Identifier: GPL-2.0
/* The provider gets to where it may fail, as the operation is there. */
#include <linux/module.h>

static int c_operation_enable(struct p_kinds *kinds)
{
	return 0;
}

static const struct p_kinds_ops c_operation_ops = {
	.link = c_operation_enable,
};

static int c_operation_probe(struct platform_device *pdev)
{
	struct p_kinds kinds = { .type = P_KINDS_SINK, .ops = &c_operation_ops };
	int ret;

	ret = p_kinds_operate(&kinds);
	if (ret && ret != -EOPNOTSUPP)
		return ret;

	return 0;
}

static struct platform_driver c_operation_driver = {
	.probe = c_operation_probe,
	.driver = {
		.name = "c_operation",
	},
};
module_platform_driver(c_operation_driver);

MODULE_DESCRIPTION("c_operation");
MODULE_LICENSE("GPL");
