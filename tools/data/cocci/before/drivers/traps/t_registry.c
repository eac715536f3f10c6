// SPDX-License-Identifier: GPL-2.0
/* The class is there as early as its user; what is in it depends on who registers. */
#include <linux/module.h>

static struct class *t_registry_class;

static int check(struct device *dev)
{
	int ret = class_for_each_device(t_registry_class, NULL, dev, is_supply);

	return ret ? 0 : -EPROBE_DEFER;
}

int t_registry_register(struct device *dev)
{
	int ret = check(dev);

	if (ret)
		return ret;

	dev->class = t_registry_class;
	return device_register(dev);
}
EXPORT_SYMBOL_GPL(t_registry_register);

static int __init t_registry_init(void)
{
	t_registry_class = class_create("t_registry");
	return PTR_ERR_OR_ZERO(t_registry_class);
}
module_init(t_registry_init);

MODULE_DESCRIPTION("t_registry");
MODULE_LICENSE("GPL");
