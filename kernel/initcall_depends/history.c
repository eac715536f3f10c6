// SPDX-License-Identifier: GPL-2.0
/*
 * What modules have been through during boot, for those who ask later: tests.
 */

#include <linux/export.h>
#include <linux/init.h>
#include <linux/initcall_history.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "internal.h"

static struct initcall_names names;
static struct initcall_module_state *states;

/* The names are init memory, so they are copied, all into one piece. */
static int __init keep_names(struct initcall_names *names)
{
	size_t len, size = 0;
	char *text;
	u32 i;

	for (i = 0; i < names->nr_modules; i++)
		size += strlen(names->modules[i].name) + 1;
	text = initcall_alloc(1, size);
	if (!text)
		return -ENOMEM;
	for (i = 0; i < names->nr_modules; i++) {
		len = strlen(names->modules[i].name) + 1;
		names->modules[i].name = memcpy(text, names->modules[i].name, len);
		text += len;
	}
	return 0;
}

/**
 * initcall_history_keep() - keep what is known about modules
 * @plan: the plan, behind the last initcall; what is kept is taken out of it
 *
 * Context: __init, may sleep.
 * Return: 0 or -ENOMEM: nothing is kept.
 */
int __init initcall_history_keep(struct initcall_plan *plan)
{
	int err = keep_names(&plan->names);

	if (err)
		return err;
	names = plan->names;
	states = plan->states;
	plan->names = (struct initcall_names) { };
	plan->states = NULL;
	return 0;
}

/**
 * initcall_history_find() - what a module has been through during boot
 * @module: its name, or its path as in KBUILD_MODFILE; '-' and '_' are the same
 * @history: receives it
 *
 * Context: any.
 * Return: 0, -EOPNOTSUPP if nothing is known because the kernel has been built
 * without CONFIG_INITCALL_DEPENDS_DEBUGFS or booted with initcall_depends=off,
 * -ENOENT if no built-in module with an initcall has that name, -ENOTUNIQ if
 * several have.
 */
int initcall_history_find(const char *module, struct initcall_history *history)
{
	u32 id;

	if (!states)
		return -EOPNOTSUPP;
	id = initcall_names_find(&names, module);
	if (id == INITCALL_AMBIGUOUS)
		return -ENOTUNIQ;
	if (id == INITCALL_NONE)
		return -ENOENT;
	*history = (struct initcall_history) {
		.called = states[id].first_called,
		.done = states[id].last_done,
		.probed = states[id].first_probed,
		.bound = states[id].first_bound,
	};
	return 0;
}
EXPORT_SYMBOL_GPL(initcall_history_find);
