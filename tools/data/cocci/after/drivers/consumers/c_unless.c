// SPDX-License-Identifier: GPL-2.0
/* Returned, unless it is an error that does not matter. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_unless_use(struct device *dev)
{
	int ret;

	ret = p_xarray_use(1);
	if (ret)
		return ret == -ENODEV ? 0 : ret;

	return 0;
}

static int c_unless_probe(struct platform_device *pdev)
{
	return c_unless_use(&pdev->dev);
}

static struct platform_driver c_unless_driver = {
	.probe = c_unless_probe,
	.driver = {
		.name = "c_unless",
	},
};
module_platform_driver(c_unless_driver);
initcall_depends("p_xarray");

MODULE_DESCRIPTION("c_unless");
MODULE_LICENSE("GPL");
