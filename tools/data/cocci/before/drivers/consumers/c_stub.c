// SPDX-License-Identifier: GPL-2.0
/* An inline function calls what the same header has for kernels without it. */
#include <linux/module.h>
#include <linux/p_stub.h>

static int c_stub_probe(struct platform_device *pdev)
{
	return p_stub_set(1);
}

static struct platform_driver c_stub_driver = {
	.probe = c_stub_probe,
	.driver = {
		.name = "c_stub",
	},
};
module_platform_driver(c_stub_driver);

MODULE_DESCRIPTION("c_stub");
MODULE_LICENSE("GPL");
