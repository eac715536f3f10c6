// SPDX-License-Identifier: GPL-2.0
/*
 * Running the initcalls of built-in code in the order that was worked out
 *
 * init/main.c goes through the table of initcalls as ever, and calls
 * initcall_depends_run() for each place in it. Without a plan, that calls the initcall
 * in that place; with one, the initcall that the plan has there.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/printk.h>

#include "optional.h"

/* Empty if link order is to be kept. */
static struct initcall_plan plan __initdata;

/* Whether there is a plan. Read for each initcall, see initcall_depends_run(). */
bool initcall_depends_planned __initdata;

INITCALL_SAME_STRING(initcall_one_string);

/* The ELF standard allows a linker to merge strings, and names.c relies on that. */
static bool __init has_merged_strings(void)
{
	const char *one = initcall_one_string;

	OPTIMIZER_HIDE_VAR(one);
	if (one == initcall_same_string && one >= __start_initcall_strings &&
	    one < __stop_initcall_strings)
		return true;
	pr_err("the linker has not merged strings, initcalls run in link order\n");
	return false;
}

/**
 * initcall_depends_plan() - work out the order in which initcalls run
 *
 * Called once, before the first initcall. If anything goes wrong, initcalls run in
 * link order.
 *
 * Context: __init, may sleep.
 */
void __init initcall_depends_plan(void)
{
	const struct initcall_records *records = &initcall_records_of_image;
	bool is_wanted = records->depends < records->depends_end || initcall_follows_all();

	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_OPTIONS))
		is_wanted = initcall_options_wanted(is_wanted);
	if (!is_wanted || !has_merged_strings() || initcall_plan_make(&plan, records))
		return;
	initcall_depends_planned = plan.graph.nr_active || plan.link || initcall_follows_all();
	if (initcall_depends_planned)
		initcall_hold_start(&plan);
	else
		initcall_plan_free(&plan);
}

/**
 * __initcall_depends_run() - run the initcall that the plan has in a place
 * @slot: place in the table of initcalls that init/main.c has come to
 *
 * Context: __init, may sleep.
 */
void __init __initcall_depends_run(initcall_entry_t *slot)
{
	u32 node = plan.graph.order[slot - __initcall_start];

	initcall_run(node, initcall_function(&plan, node));
}

/**
 * initcall_depends_finish() - free the plan, after the last initcall
 *
 * Context: __init, may sleep.
 */
void __init initcall_depends_finish(void)
{
	if (!initcall_depends_planned)
		return;
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DISCOVER))
		initcall_discover_finish(&plan);
	initcall_probe_follow(NULL);
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS))
		initcall_history_finish(&plan);
	initcall_plan_free(&plan);
}
