// SPDX-License-Identifier: GPL-2.0
/* Driver data of a device that another driver has to be bound to. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_data_probe(struct platform_device *pdev)
{
	struct p_parent *p;

	p = p_parent_get(&a_device_of(pdev)->dev);
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver c_data_driver = {
	.probe = c_data_probe,
	.driver = {
		.name = "c_data",
	},
};
module_platform_driver(c_data_driver);
initcall_depends("p_parent");

MODULE_DESCRIPTION("c_data");
MODULE_LICENSE("GPL");
