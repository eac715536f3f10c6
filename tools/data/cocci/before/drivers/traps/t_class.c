// SPDX-License-Identifier: GPL-2.0
/* A helper looks at what an initcall of an earlier level has set. */
#include <linux/module.h>

static struct class *t_class;

struct device *t_class_by_node(struct device_node *node)
{
	return class_find_device(t_class, NULL, node, of_parent_match);
}
EXPORT_SYMBOL_GPL(t_class_by_node);

struct device *t_class_get(struct device *dev)
{
	struct device *found = t_class_by_node(dev->of_node);

	if (!found)
		return ERR_PTR(-EPROBE_DEFER);

	return found;
}
EXPORT_SYMBOL_GPL(t_class_get);

static int __init t_class_init(void)
{
	t_class = class_create("t_class");
	return PTR_ERR_OR_ZERO(t_class);
}
postcore_initcall(t_class_init);

MODULE_DESCRIPTION("t_class");
MODULE_LICENSE("GPL");
