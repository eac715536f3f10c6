// SPDX-License-Identifier: GPL-2.0
/* One of two ways to the call has no condition. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int get(struct device *dev)
{
	return PTR_ERR_OR_ZERO(p_pointer_get());
}

static int first(struct device *dev)
{
	if (dev->of_node)
		return get(dev);

	return c_surest_read(dev);
}

static int c_surest_probe(struct platform_device *pdev)
{
	int ret;

	ret = first(&pdev->dev);
	if (ret)
		return ret;

	return get(&pdev->dev);
}

static struct platform_driver c_surest_driver = {
	.probe = c_surest_probe,
	.driver = {
		.name = "c_surest",
	},
};
module_platform_driver(c_surest_driver);
initcall_depends("p_pointer");

MODULE_DESCRIPTION("c_surest");
MODULE_LICENSE("GPL");
