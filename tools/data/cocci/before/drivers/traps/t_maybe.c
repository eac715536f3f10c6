// SPDX-License-Identifier: GPL-2.0
/* Without a property, the other driver is not asked for: it is reported only. */
#include <linux/module.h>

static int t_maybe_probe(struct platform_device *pdev)
{
	struct p_parent *p;

	p = p_parent_maybe(&a_device_of(pdev)->dev);
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver t_maybe_driver = {
	.probe = t_maybe_probe,
	.driver = {
		.name = "t_maybe",
	},
};
module_platform_driver(t_maybe_driver);

MODULE_DESCRIPTION("t_maybe");
MODULE_LICENSE("GPL");
