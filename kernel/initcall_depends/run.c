// SPDX-License-Identifier: GPL-2.0
/*
 * Running the initcalls of built-in code in the order that was declared.
 *
 * init/main.c walks through the table of initcalls as ever and calls
 * initcall_depends_run() for each place in it. Without dependencies the initcall
 * in that place is run; with them, the one whose turn it is in that place.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "internal.h"

/* Empty, and so without an order, when link order is to be kept. */
static struct initcall_plan plan __initdata;

static int __init make_plan(void)
{
	void *scratch;
	int err;

	err = initcall_graph_build(&plan, &initcall_options);
	if (err)
		return err;
	scratch = kvmalloc(initcall_order_scratch(&plan.graph), INITCALL_GFP);
	if (!scratch)
		return -ENOMEM;
	initcall_order(&plan.graph, scratch, plan.order);
	initcall_report(&plan, scratch, initcall_options.verbose);
	kvfree(scratch);
	return 0;
}

/**
 * initcall_depends_plan() - work out the order in which initcalls run
 *
 * Called once, before the first initcall. Whatever goes wrong, initcalls then
 * run in link order.
 *
 * Context: __init, may sleep.
 */
void __init initcall_depends_plan(void)
{
	int err;

	if (initcall_options.off) {
		pr_info("off, initcalls run in link order\n");
		return;
	}
	if (!initcall_nr_declared() && !initcall_options.nr_edges)
		return;
	err = make_plan();
	if (err) {
		pr_err("error %d, initcalls run in link order\n", err);
		initcall_graph_free(&plan);
	}
}

/**
 * initcall_depends_run() - run the initcall whose turn it is
 * @slot: place in the table of initcalls that init/main.c has come to
 *
 * Context: __init, may sleep.
 */
void __init initcall_depends_run(initcall_entry_t *slot)
{
	if (plan.order)
		slot = __initcall_start + plan.order[slot - __initcall_start];
	do_one_initcall(initcall_from_entry(slot));
}

/**
 * initcall_depends_finish() - free the plan, behind the last initcall
 *
 * Context: __init, may sleep.
 */
void __init initcall_depends_finish(void)
{
	initcall_graph_free(&plan);
}
