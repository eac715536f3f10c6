// SPDX-License-Identifier: GPL-2.0
/* The name, from another header than that of the module which does not export it. */
#include <linux/module.h>
#include <t_own_name.h>

static int t_own_name_probe(struct platform_device *pdev)
{
	if (!p_unexported_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_own_name_driver = {
	.probe = t_own_name_probe,
	.driver = {
		.name = "t_own_name",
	},
};
module_platform_driver(t_own_name_driver);

MODULE_DESCRIPTION("t_own_name");
MODULE_LICENSE("GPL");
