// SPDX-License-Identifier: GPL-2.0
/* A macro of its own has the name of a function that another module does not export. */
#include <linux/module.h>
#include <linux/p_unexported.h>

#define p_unexported_is_ready() (readl(base) & 1)

static int t_own_macro_probe(struct platform_device *pdev)
{
	if (!p_unexported_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_own_macro_driver = {
	.probe = t_own_macro_probe,
	.driver = {
		.name = "t_own_macro",
	},
};
module_platform_driver(t_own_macro_driver);

MODULE_DESCRIPTION("t_own_macro");
MODULE_LICENSE("GPL");
