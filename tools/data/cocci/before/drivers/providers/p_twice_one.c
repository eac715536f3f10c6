// SPDX-License-Identifier: GPL-2.0
/* One of two that export the variable. */
#include <linux/module.h>

bool p_twice_up;
EXPORT_SYMBOL_GPL(p_twice_up);

static int p_twice_one_probe(struct platform_device *pdev)
{
	p_twice_up = true;

	return 0;
}

static struct platform_driver p_twice_one_driver = {
	.probe = p_twice_one_probe,
	.driver = {
		.name = "p_twice_one",
	},
};
module_platform_driver(p_twice_one_driver);

MODULE_DESCRIPTION("p_twice_one");
MODULE_LICENSE("GPL");
