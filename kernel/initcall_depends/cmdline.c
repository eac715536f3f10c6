// SPDX-License-Identifier: GPL-2.0
/*
 * The command line parameter initcall_depends=, as the kernel uses it
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include "optional.h"
#include "options.h"
#include "words.h"

static struct initcall_options options __initdata;

/* Invalid parts were already reported; the parameter is never passed on to init. */
static int __init initcall_depends_setup(char *arg)
{
	initcall_options_parse(&options, arg);
	return 1;
}
__setup("initcall_depends=", initcall_depends_setup);

/**
 * initcall_options_wanted() - whether a plan is needed
 * @is_declared: something is declared
 *
 * Prints it if declared dependencies are switched off.
 *
 * Context: __init, any.
 * Return: whether it is.
 */
bool __init initcall_options_wanted(bool is_declared)
{
	if (options.off) {
		pr_info("off, initcalls run in link order\n");
		return false;
	}
	return is_declared || options.nr_edges || options.discover || options.shuffle;
}

/**
 * initcall_options_discover() - whether to find out which dependencies are missing
 *
 * Context: __init, any.
 * Return: whether to do so.
 */
bool __init initcall_options_discover(void)
{
	return options.discover;
}

/**
 * initcall_options_shuffle() - whether initcalls run in a random order
 *
 * Context: __init, any.
 * Return: whether they do.
 */
bool __init initcall_options_shuffle(void)
{
	return options.shuffle;
}

/**
 * initcall_options_count() - how many dependencies initcall_options_edit() may add
 *
 * Context: __init, any.
 * Return: at most that many.
 */
u32 __init initcall_options_count(void)
{
	return options.nr_edges;
}

/* Without memory, they run in link order. */
static void __init shuffle(struct initcall_plan *plan)
{
	plan->link = initcall_alloc(array_size(plan->graph.nr_nodes, sizeof(*plan->link)));
	if (plan->link)
		initcall_shuffle(&plan->graph, options.shuffle, options.seed, plan->link);
	else
		pr_err("out of memory, initcalls are not shuffled\n");
}

/**
 * initcall_options_edit() - change a plan as the command line says
 * @plan: the plan, with all that is declared, and not ordered yet
 *
 * Adds and drops dependencies, reports what has no effect, and puts initcalls in a
 * random order.
 *
 * Context: __init, may sleep.
 */
void __init initcall_options_edit(struct initcall_plan *plan)
{
	const struct initcall_option *option;

	for (option = options.edges; option < options.edges + options.nr_edges; option++)
		if (!option->drop)
			initcall_names_declare(&plan->graph, option->consumer,
					       option->prerequisite);
	initcall_options_apply(&options, &plan->graph);
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE) && options.shuffle)
		shuffle(plan);
}

/**
 * initcall_options_held() - a device is held
 * @plan: the plan
 * @dev: the device
 *
 * Context: __init; the caller holds driver_deferred_probe_mutex().
 */
void __init initcall_options_held(const struct initcall_plan *plan, const struct device *dev)
{
	const struct initcall_device *device = initcall_device(dev);

	if (options.verbose)
		pr_info("%s: %s is held for %s\n", dev_name(dev),
			kbasename(plan->graph.modules[device->module].path),
			kbasename(plan->graph.modules[device->held_for].path));
}

/* What it takes to have the same order again. */
static void __init report_shuffle(void)
{
	char names[128] = "";
	u32 base;

	for (base = 0; base < INITCALL_NR_BASES; base++) {
		if (!(options.shuffle & (1U << base)))
			continue;
		if (*names)
			strlcat(names, "+", sizeof(names));
		strlcat(names, initcall_level_words[initcall_base_level(base)], sizeof(names));
	}
	pr_info("initcalls run in a random order: shuffle=%llu:%s\n", options.seed, names);
}

static void __init report_edge(const struct initcall_edge *edge)
{
	pr_info("%s needs %s: %s\n", kbasename(edge->consumer_name), edge->prerequisite_name,
		initcall_state_words[edge->state]);
}

static void __init report_pulled(const struct initcall_plan *plan, u32 node)
{
	u32 before = plan->graph.nodes[node].before;

	if (before != INITCALL_NONE)
		pr_info("%ps pulled forward before %ps\n", initcall_function(plan, node),
			initcall_function(plan, before));
}

/**
 * initcall_options_report() - print what is going to happen, as far as asked for
 * @plan: the plan, with the order made
 *
 * Context: __init, any.
 */
void __init initcall_options_report(const struct initcall_plan *plan)
{
	u32 i;

	if (plan->link)
		report_shuffle();
	if (!options.verbose)
		return;
	for (i = 0; i < plan->graph.nr_edges; i++)
		report_edge(&plan->graph.edges[i]);
	for (i = 0; i < plan->graph.nr_nodes; i++)
		report_pulled(plan, plan->graph.order[i]);
}
