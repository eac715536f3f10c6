// SPDX-License-Identifier: GPL-2.0
/* A list that others fill; its own driver is a stub. */
#include <linux/module.h>

static LIST_HEAD(instances);

static void add(struct t_framework *new)
{
	list_add_tail(&new->node, &instances);
}

int t_framework_register(struct t_framework *new)
{
	add(new);
	return 0;
}
EXPORT_SYMBOL_GPL(t_framework_register);

struct t_framework *t_framework_get(const char *name)
{
	struct t_framework *each;

	list_for_each_entry(each, &instances, node)
		if (!strcmp(each->name, name))
			return each;

	return ERR_PTR(-EPROBE_DEFER);
}
EXPORT_SYMBOL_GPL(t_framework_get);

struct t_framework *t_framework_peek(const char *name)
{
	return list_first_entry_or_null(&instances, struct t_framework, node);
}
EXPORT_SYMBOL_GPL(t_framework_peek);

static int t_framework_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver t_framework_driver = {
	.probe = t_framework_probe,
	.driver = {
		.name = "t_framework",
	},
};
module_platform_driver(t_framework_driver);

MODULE_DESCRIPTION("t_framework");
MODULE_LICENSE("GPL");
