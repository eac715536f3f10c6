// SPDX-License-Identifier: GPL-2.0
/*
 * Running the initcalls of built-in code in the order that was worked out
 *
 * init/main.c goes through the table of initcalls as ever, and calls
 * initcall_depends_run() for each place in it. Without dependencies that calls the
 * initcall in that place, with them the one which the plan has there.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/kernel.h>

#include "optional.h"

/* Without memory, and so without an order, if link order is to be kept. */
static struct initcall_plan plan __initdata;

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
	struct initcall_records records;

	if (initcall_options_off()) {
		pr_info("off, initcalls run in link order\n");
		return;
	}
	initcall_records_of_image(&records);
	if (!records.nr_depends && !initcall_options_any() && !initcall_wants_all())
		return;
	if (initcall_plan_make(&plan, &records))
		return;
	if (plan.graph.nr_active || initcall_wants_all())
		initcall_hold_start(&plan);
	else
		initcall_plan_free(&plan);
}

/**
 * initcall_run() - run an initcall, and what belongs before and after it
 * @plan: the plan
 * @node: the initcall
 * @fn: its function
 *
 * Context: __init, may sleep.
 */
void __init initcall_run(struct initcall_plan *plan, u32 node, initcall_t fn)
{
	int err;

	if (plan->graph.nodes[node].level >= INITCALL_LATE && !plan->drained)
		initcall_hold_drain(plan);
	initcall_hold_before(plan, node);
	initcall_history_begin(plan);
	err = do_one_initcall(fn);
	initcall_history_end(plan, err);
	initcall_hold_after(plan);
	initcall_discover_after(plan);
}

/**
 * initcall_depends_run() - run the initcall that comes next
 * @slot: place in the table of initcalls that init/main.c has come to
 *
 * Context: __init, may sleep.
 */
void __init initcall_depends_run(initcall_entry_t *slot)
{
	u32 node;

	if (!plan.memory) {
		do_one_initcall(initcall_from_entry(slot));
		return;
	}
	node = plan.graph.order[slot - __initcall_start];
	initcall_run(&plan, node, initcall_function(&plan, node));
}

/*
 * An initcall without a driver cannot be held, so that a prerequisite at a later
 * level can only be a mistake.
 */
static void __init report_inverted(const struct initcall_graph *graph)
{
	const struct initcall_module *consumer, *prerequisite;
	u32 i;

	for (i = 0; i < graph->nr_edges; i++) {
		if (graph->edges[i].state != INITCALL_EDGE_ACTIVE)
			continue;
		consumer = &graph->modules[graph->edges[i].consumer];
		prerequisite = &graph->modules[graph->edges[i].prerequisite];
		if (!consumer->nr_drivers && prerequisite->first_level > consumer->last_level)
			pr_err("%s has no driver, and needs %s, which comes at a later level\n",
			       initcall_names_short(consumer->path),
			       initcall_names_short(prerequisite->path));
	}
}

/**
 * initcall_depends_finish() - free the plan, after the last initcall
 *
 * Context: __init, may sleep.
 */
void __init initcall_depends_finish(void)
{
	if (!plan.memory)
		return;
	if (!plan.drained)
		initcall_hold_drain(&plan);
	initcall_discover_finish(&plan);
	initcall_hold_stop(&plan);
	report_inverted(&plan.graph);
	initcall_history_finish(&plan);
	initcall_plan_free(&plan);
}
