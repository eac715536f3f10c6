// SPDX-License-Identifier: GPL-2.0
/* A kind for which the provider does not fail. */
#include <linux/module.h>

static int t_kind_probe(struct platform_device *pdev)
{
	struct p_kinds kinds = { .type = P_KINDS_SOURCE };
	int ret;

	ret = p_kinds_register(&kinds);
	if (ret)
		return ret;

	ret = p_kinds_add(&kinds);
	if (ret && ret != -EOPNOTSUPP)
		return ret;

	return 0;
}

static struct platform_driver t_kind_driver = {
	.probe = t_kind_probe,
	.driver = {
		.name = "t_kind",
	},
};
module_platform_driver(t_kind_driver);

MODULE_DESCRIPTION("t_kind");
MODULE_LICENSE("GPL");
