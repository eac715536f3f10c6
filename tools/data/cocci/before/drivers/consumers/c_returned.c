// SPDX-License-Identifier: GPL-2.0
/* Returned as it is. */
#include <linux/clk.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static int c_returned_probe(struct platform_device *pdev)
{
	struct p_pointer *p = p_pointer_get();

	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver c_returned_driver = {
	.probe = c_returned_probe,
	.driver = {
		.name = "c_returned",
	},
};
module_platform_driver(c_returned_driver);

MODULE_DESCRIPTION("c_returned");
MODULE_LICENSE("GPL");
