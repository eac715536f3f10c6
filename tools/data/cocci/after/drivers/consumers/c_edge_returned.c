// SPDX-License-Identifier: GPL-2.0
/* Another module returns the error that it gets. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_edge_returned_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_edge_use();
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_edge_returned_driver = {
	.probe = c_edge_returned_probe,
	.driver = {
		.name = "c_edge_returned",
	},
};
module_platform_driver(c_edge_returned_driver);
initcall_depends("p_pointer");

MODULE_DESCRIPTION("c_edge_returned");
MODULE_LICENSE("GPL");
