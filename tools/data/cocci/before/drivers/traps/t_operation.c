// SPDX-License-Identifier: GPL-2.0
/* The provider leaves before it can fail, for want of an operation. */
#include <linux/module.h>

static int t_operation_enable(struct p_kinds *kinds)
{
	return 0;
}

static const struct p_kinds_ops t_operation_ops = {
	.enable = t_operation_enable,
};

static int t_operation_probe(struct platform_device *pdev)
{
	struct p_kinds kinds = { .type = P_KINDS_SINK, .ops = &t_operation_ops };
	int ret;

	ret = p_kinds_operate(&kinds);
	if (ret && ret != -EOPNOTSUPP)
		return ret;

	return 0;
}

static struct platform_driver t_operation_driver = {
	.probe = t_operation_probe,
	.driver = {
		.name = "t_operation",
	},
};
module_platform_driver(t_operation_driver);

MODULE_DESCRIPTION("t_operation");
MODULE_LICENSE("GPL");
