// SPDX-License-Identifier: GPL-2.0
/*
 * From the records in the image to a plan: records -> graph -> order.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <kunit/static_stub.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "optional.h"

static initcall_entry_t * const level_starts[] __initconst = {
	__initcall_start, __initcall0_start, __initcall0s_start, __initcall1_start,
	__initcall1s_start, __initcall2_start, __initcall2s_start, __initcall3_start,
	__initcall3s_start, __initcall4_start, __initcall4s_start, __initcall5_start,
	__initcall5s_start, __initcallrootfs_start, __initcallrootfss_start,
	__initcall6_start, __initcall6s_start, __initcall7_start, __initcall7s_start,
	__initcall_end,
};

/**
 * initcall_alloc() - memory for the plan
 * @size: in bytes
 *
 * All memory comes from here, so that tests can let it run out.
 *
 * Context: __init, may sleep.
 * Return: zeroed memory for kvfree(), or NULL without a message.
 */
void * __init initcall_alloc(size_t size)
{
	KUNIT_STATIC_STUB_REDIRECT(initcall_alloc, size);
	return kvzalloc(size, GFP_KERNEL | __GFP_NOWARN);
}

/**
 * initcall_records_of_image() - the records that the linker has collected
 * @records: receives them
 *
 * Context: __init, any.
 */
void __init initcall_records_of_image(struct initcall_records *records)
{
	*records = (struct initcall_records) {
		.modules = __start_initcall_modules,
		.nr_modules = __stop_initcall_modules - __start_initcall_modules,
		.depends = __start_initcall_depends,
		.nr_depends = __stop_initcall_depends - __start_initcall_depends,
	};
}

/**
 * initcall_function() - the initcall of a node
 * @plan: the plan
 * @node: its number
 *
 * Context: __init, any.
 * Return: the function.
 */
initcall_t __init initcall_function(const struct initcall_plan *plan, u32 node)
{
	return initcall_from_entry(__initcall_start + (plan->link ? plan->link[node] : node));
}

static void __init count_edge(struct initcall_graph *graph, const char *consumer,
			      const char *prerequisite)
{
	graph->nr_edges++;
}

/*
 * A line in an object of two modules counts for both. What is malformed is reported
 * where the declarations are counted, which comes first.
 */
static void __init each_declaration(const struct initcall_records *records,
				    struct initcall_graph *graph, initcall_declare_fn fn)
{
	const char *consumer, *prerequisite;
	u32 i;

	for (i = 0; i < records->nr_depends; i++) {
		consumer = initcall_ref_target(&records->depends[i].module);
		prerequisite = initcall_ref_target(&records->depends[i].what);
		if (!consumer || !*consumer || !prerequisite || !*prerequisite) {
			if (fn == count_edge)
				pr_err("malformed dependency %u ignored\n", i);
			continue;
		}
		while (consumer) {
			fn(graph, consumer, prerequisite);
			consumer = strchr(consumer, ' ');
			consumer += !!consumer;
		}
	}
	initcall_options_add(graph, fn);
}

static void __init want_both(struct initcall_graph *graph, const char *consumer,
			     const char *prerequisite)
{
	initcall_names_want(graph, consumer);
	initcall_names_want(graph, prerequisite);
}

static void __init declare(struct initcall_graph *graph, const char *consumer,
			   const char *prerequisite)
{
	struct initcall_edge *edge = initcall_names_declare(graph, consumer, prerequisite);

	if (edge->state == INITCALL_EDGE_AMBIGUOUS)
		pr_err("%s needs %s, ignored: several modules have that name, use the path\n",
		       initcall_names_short(consumer), prerequisite);
}

/* All lines of a cycle, from the edge that is left out back to its prerequisite. */
static void __init report_cycle(const struct initcall_graph *graph, u32 i)
{
	const struct initcall_module *modules = graph->modules;
	const struct initcall_edge *edge = &graph->edges[i];
	u32 at = edge->consumer;

	pr_err("cycle: %s needs %s, left out\n", initcall_names_short(modules[at].path),
	       initcall_names_short(modules[edge->prerequisite].path));
	for (; at != edge->prerequisite; at = modules[at].below)
		pr_err("cycle: %s needs %s\n",
		       initcall_names_short(modules[modules[at].below].path),
		       initcall_names_short(modules[at].path));
}

/* One piece of memory, so that there is one thing that can fail. */
static int __init alloc_plan(struct initcall_plan *plan, u32 nr_modules, u32 nr_edges)
{
	struct initcall_graph *graph = &plan->graph;

	graph->nr_nodes = __initcall_end - __initcall_start;
	graph->nr_buckets = roundup_pow_of_two(2 * nr_edges +
					       (initcall_wants_all() ? nr_modules : 1));
	plan->memory = initcall_alloc(nr_modules * (sizeof(*graph->modules) + sizeof(u32)) +
				      nr_edges * sizeof(*graph->edges) +
				      graph->nr_nodes * (sizeof(*graph->nodes) + sizeof(u32)) +
				      graph->nr_buckets * sizeof(u32));
	if (!plan->memory)
		return -ENOMEM;
	graph->modules = plan->memory;
	graph->edges = (void *)(graph->modules + nr_modules);
	graph->nodes = (void *)(graph->edges + nr_edges);
	graph->order = (void *)(graph->nodes + graph->nr_nodes);
	graph->sorted = graph->order + graph->nr_nodes;
	graph->buckets = graph->sorted + nr_modules;
	graph->nr_modules = 1;
	graph->nr_edges = 0;
	graph->cycle = report_cycle;
	memset(graph->buckets, initcall_wants_all() ? 0 : 0xff, graph->nr_buckets * sizeof(u32));
	return 0;
}

static void __init read_levels(struct initcall_graph *graph)
{
	struct initcall_node *node = graph->nodes, *end;
	u32 level;

	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		end = node + (level_starts[level + 1] - level_starts[level]);
		for (; node < end; node++)
			*node = (struct initcall_node) { .before = INITCALL_NONE, .level = level };
	}
}

/* Records come in link order of the objects, and those of console_initcall() do not count. */
static void __init read_modules(struct initcall_graph *graph,
				const struct initcall_records *records)
{
	const struct initcall_record *record;
	const initcall_entry_t *entry;
	const char *path;

	for (record = records->modules; record < records->modules + records->nr_modules; record++) {
		entry = initcall_ref_target(&record->what);
		path = initcall_ref_target(&record->module);
		if (entry >= __initcall_start && entry < __initcall_end && path)
			graph->nodes[entry - __initcall_start].module =
				initcall_names_add(graph, path);
	}
}

static void __init count_calls(struct initcall_graph *graph)
{
	struct initcall_module *module;
	u32 i;

	for (i = 0; i < graph->nr_nodes; i++) {
		if (!graph->nodes[i].module)
			continue;
		module = &graph->modules[graph->nodes[i].module];
		if (!module->nr_calls++)
			module->first_level = graph->nodes[i].level;
		module->last_level = graph->nodes[i].level;
		module->calls_left += graph->nodes[i].level < INITCALL_LATE;
	}
}

static int __init make_plan(struct initcall_plan *plan, const struct initcall_records *records)
{
	struct initcall_graph *graph = &plan->graph;
	int err;

	each_declaration(records, graph, count_edge);
	err = alloc_plan(plan, records->nr_modules + 1, graph->nr_edges);
	if (err)
		return err;
	each_declaration(records, graph, want_both);
	read_levels(graph);
	read_modules(graph, records);
	each_declaration(records, graph, declare);
	initcall_options_drop(graph);
	count_calls(graph);
	err = initcall_shuffle_plan(plan);
	if (err)
		return err;
	initcall_order(graph);
	return initcall_history_start(plan);
}

/**
 * initcall_plan_make() - work out the order in which initcalls run
 * @plan: empty; left so if anything goes wrong, to be given to
 *	initcall_plan_free() otherwise
 * @records: what the image says
 *
 * Context: __init, may sleep.
 * Return: 0 or -ENOMEM, which has been reported.
 */
int __init initcall_plan_make(struct initcall_plan *plan, const struct initcall_records *records)
{
	int err = make_plan(plan, records);

	if (err) {
		pr_err("out of memory, initcalls run in link order\n");
		initcall_plan_free(plan);
		return err;
	}
	if (plan->graph.nr_edges)
		pr_info("%u dependencies, %u initcalls pulled forward\n", plan->graph.nr_active,
			plan->graph.nr_moved);
	initcall_options_report(plan);
	return 0;
}

/**
 * initcall_plan_free() - free what initcall_plan_make() has allocated
 * @plan: the plan; empty afterwards
 *
 * Context: __init, may sleep.
 */
void __init initcall_plan_free(struct initcall_plan *plan)
{
	initcall_history_free(plan);
	kvfree(plan->memory);
	kvfree(plan->link);
	memset(plan, 0, sizeof(*plan));
}
