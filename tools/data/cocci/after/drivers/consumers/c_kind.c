// SPDX-License-Identifier: GPL-2.0
/* A kind for which the provider may fail. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_kind_probe(struct platform_device *pdev)
{
	struct p_kinds kinds = { .type = P_KINDS_BOTH };

	return p_kinds_register(&kinds);
}

static struct platform_driver c_kind_driver = {
	.probe = c_kind_probe,
	.driver = {
		.name = "c_kind",
	},
};
module_platform_driver(c_kind_driver);
initcall_depends("p_kinds");

MODULE_DESCRIPTION("c_kind");
MODULE_LICENSE("GPL");
