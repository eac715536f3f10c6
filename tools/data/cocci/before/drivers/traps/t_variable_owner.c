// SPDX-License-Identifier: GPL-2.0
/* A variable that is exported, and that others set through a function. */
#include <linux/module.h>

struct t_variable *t_variable_base;
EXPORT_SYMBOL_GPL(t_variable_base);

void t_variable_register(struct t_variable *t)
{
	t_variable_base = t;
}
EXPORT_SYMBOL_GPL(t_variable_register);

static int __init t_variable_init(void)
{
	return class_register(&t_variable_class);
}
module_init(t_variable_init);
