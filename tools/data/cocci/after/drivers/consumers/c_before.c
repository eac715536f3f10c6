// SPDX-License-Identifier: GPL-2.0
/* The error is chosen before it is known that it is one. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_before_probe(struct platform_device *pdev)
{
	struct p_null *p;
	int ret = -ENOMEM;

	if (!devm_kzalloc(&pdev->dev, 1, GFP_KERNEL))
		goto out;

	ret = -EPROBE_DEFER;
	p = p_null_get(&pdev->dev);
	if (!p)
		goto out;

	ret = 0;
out:
	return ret;
}

static struct platform_driver c_before_driver = {
	.probe = c_before_probe,
	.driver = {
		.name = "c_before",
	},
};
module_platform_driver(c_before_driver);
initcall_depends("p_null");

MODULE_DESCRIPTION("c_before");
MODULE_LICENSE("GPL");
