// SPDX-License-Identifier: GPL-2.0
/* The component framework calls it when a device is bound. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_bind_bind(struct device *dev, struct device *master, void *data)
{
	if (!p_flag_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static const struct component_ops c_bind_ops = {
	.bind = c_bind_bind,
};

static int c_bind_probe(struct platform_device *pdev)
{
	return component_add(&pdev->dev, &c_bind_ops);
}

static struct platform_driver c_bind_driver = {
	.probe = c_bind_probe,
	.driver = {
		.name = "c_bind",
	},
};
module_platform_driver(c_bind_driver);
initcall_depends("p_flag");

MODULE_DESCRIPTION("c_bind");
MODULE_LICENSE("GPL");
