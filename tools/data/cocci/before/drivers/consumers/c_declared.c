// SPDX-License-Identifier: GPL-2.0
/* One of two is declared already, with the other dash. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_declared_probe(struct platform_device *pdev)
{
	struct p_pointer *p;
	int ret;

	ret = p_pointer_fill(&p);
	if (ret)
		return ret;

	ret = p_init_register(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_declared_driver = {
	.probe = c_declared_probe,
	.driver = {
		.name = "c_declared",
	},
};
module_platform_driver(c_declared_driver);
initcall_depends("p-pointer");

MODULE_DESCRIPTION("c_declared");
MODULE_LICENSE("GPL");
