// SPDX-License-Identifier: GPL-2.0
/* A pointer that another module sets, through what is exported. */
#include <linux/module.h>

static struct t_maker *handle;

int t_maker_register(struct t_maker *t)
{
	handle = t;
	return 0;
}
EXPORT_SYMBOL_GPL(t_maker_register);

struct t_maker *t_maker_get(void)
{
	return handle;
}
EXPORT_SYMBOL_GPL(t_maker_get);

static int __init t_maker_init(void)
{
	return class_register(&t_maker_class);
}
subsys_initcall(t_maker_init);
