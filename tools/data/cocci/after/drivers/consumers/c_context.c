// SPDX-License-Identifier: GPL-2.0
/* The provider keeps what others register in a structure that its probe makes. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_context_probe(struct platform_device *pdev)
{
	if (!p_context_is_ready())
		return -EPROBE_DEFER;

	p_context_register(&pdev->dev);
	return 0;
}

static struct platform_driver c_context_driver = {
	.probe = c_context_probe,
	.driver = {
		.name = "c_context",
	},
};
module_platform_driver(c_context_driver);
initcall_depends("p_context");

MODULE_DESCRIPTION("c_context");
MODULE_LICENSE("GPL");
