// SPDX-License-Identifier: GPL-2.0
/*
 * Running the initcalls of built-in code in the order that was declared.
 *
 * init/main.c walks through the table of initcalls as ever and calls
 * initcall_depends_run() for each place in it. Without dependencies the initcall
 * in that place is run; with them, the one whose turn it is in that place, when
 * its prerequisites have been bound.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "internal.h"

/* Longer than any probe that comes to an end. */
#define PATIENCE	(30 * HZ)

/* Empty, and so without an order, when link order is to be kept. */
static struct initcall_plan plan __initdata;

static struct initcall_options options __initdata;

/* Parts that make no sense have been told; nobody else wants them. */
static int __init initcall_depends_setup(char *arg)
{
	initcall_options_parse(&options, arg);
	return 1;
}
__setup("initcall_depends=", initcall_depends_setup);

static int __init shuffle_plan(struct initcall_plan *plan, const struct initcall_options *options)
{
	void *scratch = initcall_alloc(1, initcall_shuffle_scratch(&plan->graph));

	plan->link = initcall_alloc(plan->graph.nr_nodes, sizeof(*plan->link));
	if (scratch && plan->link)
		initcall_shuffle(&plan->graph, options, scratch, plan->nodes, plan->link);
	kvfree(scratch);
	return scratch && plan->link ? 0 : -ENOMEM;
}

static int __init make_plan(struct initcall_plan *plan, const struct initcall_records *records,
			    const struct initcall_options *options)
{
	void *scratch;
	int err;

	err = initcall_graph_build(plan, records, options);
	if (!err && IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE) && options->shuffle)
		err = shuffle_plan(plan, options);
	if (err)
		return err;
	scratch = initcall_alloc(1, initcall_order_scratch(&plan->graph));
	if (!scratch)
		return -ENOMEM;
	initcall_order(&plan->graph, scratch, plan->order);
	kvfree(scratch);
	initcall_find_moves(&plan->graph, plan->order, plan->moves);
	plan->patience = PATIENCE;
	plan->discover = options->discover;
	return 0;
}

/**
 * initcall_plan_make() - work out the order in which initcalls run
 * @plan: empty; stays so, without an order, if anything goes wrong, and has to
 *	be given to initcall_graph_free() otherwise
 * @records: what the image says
 * @options: what the command line says
 *
 * Context: __init, may sleep.
 * Return: 0 or -ENOMEM, which has been told.
 */
int __init initcall_plan_make(struct initcall_plan *plan, const struct initcall_records *records,
			      const struct initcall_options *options)
{
	int err = make_plan(plan, records, options);

	if (err) {
		pr_err("out of memory, initcalls run in link order\n");
		initcall_graph_free(plan);
		return err;
	}
	initcall_report(plan, options);
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
	struct initcall_records records;

	if (options.off) {
		pr_info("off, initcalls run in link order\n");
		return;
	}
	initcall_records_of_image(&records);
	if (!records.nr_depends && !options.nr_edges && !options.shuffle && !options.discover &&
	    !IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS))
		return;
	if (!initcall_plan_make(&plan, &records, &options))
		initcall_probes_start(&plan);
}

/**
 * initcall_run() - run an initcall, with what belongs before and behind it
 * @plan: the plan, whose probes are followed
 * @place: its place in the order
 * @fn: the initcall
 *
 * Context: __init, may sleep.
 */
void __init initcall_run(struct initcall_plan *plan, u32 place, initcall_t fn)
{
	ktime_t start;
	int err;

	initcall_probes_begin(plan, place);
	initcall_trace_move(plan, place);
	start = ktime_get();
	err = do_one_initcall(fn);
	plan->usecs[place] = ktime_us_delta(ktime_get(), start);
	initcall_probes_end(plan, place, err);
}

/**
 * initcall_depends_run() - run the initcall whose turn it is
 * @slot: place in the table of initcalls that init/main.c has come to
 *
 * Context: __init, may sleep.
 */
void __init initcall_depends_run(initcall_entry_t *slot)
{
	u32 place = slot - __initcall_start;

	if (plan.order)
		initcall_run(&plan, place,
			     initcall_function(&plan, plan.order[place]));
	else
		do_one_initcall(initcall_from_entry(slot));
}

/**
 * initcall_depends_finish() - free the plan, behind the last initcall
 *
 * Context: __init, may sleep.
 */
void __init initcall_depends_finish(void)
{
	if (plan.order) {
		initcall_discover_end(&plan);
		initcall_probes_stop(&plan);
		initcall_report_end(&plan, options.verbose);
		if (initcall_debugfs_create(&plan))
			pr_err("out of memory: debugfs is incomplete\n");
		if (initcall_history_keep(&plan))
			pr_err("out of memory: no history of modules\n");
		initcall_discover_free(&plan);
	}
	initcall_graph_free(&plan);
}
