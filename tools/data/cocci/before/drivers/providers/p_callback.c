// SPDX-License-Identifier: GPL-2.0
/* Found through a framework, by what it says of itself. */
#include <linux/module.h>

static struct f_device device = {
	.impl_id = F_IMPL_CALLBACK,
};

static int p_callback_probe(struct platform_device *pdev)
{
	return t_framework_register(&device);
}

static struct platform_driver p_callback_driver = {
	.probe = p_callback_probe,
	.driver = {
		.name = "p_callback",
	},
};
module_platform_driver(p_callback_driver);

MODULE_DESCRIPTION("p_callback");
MODULE_LICENSE("GPL");
