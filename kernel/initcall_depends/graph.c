// SPDX-License-Identifier: GPL-2.0
/*
 * From the records in the image to a plan: records -> graph -> order.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <kunit/static_stub.h>
#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "optional.h"

INITCALL_SAME_STRING(initcall_same_string);

/* A level ends where the next one begins. */
static initcall_entry_t * const level_ends[] __initconst = {
	__initcall0_start, __initcall0s_start, __initcall1_start, __initcall1s_start,
	__initcall2_start, __initcall2s_start, __initcall3_start, __initcall3s_start,
	__initcall4_start, __initcall4s_start, __initcall5_start, __initcall5s_start,
	__initcallrootfs_start, __initcallrootfss_start, __initcall6_start,
	__initcall6s_start, __initcall7_start, __initcall7s_start, __initcall_end,
};

static_assert(ARRAY_SIZE(level_ends) == INITCALL_NR_LEVELS);

const struct initcall_records initcall_records_of_image __initconst = {
	__start_initcall_modules, __stop_initcall_modules,
	__start_initcall_depends, __stop_initcall_depends,
	__start_initcall_strings, __stop_initcall_strings,
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

static void __init read_declarations(struct initcall_graph *graph,
				     const struct initcall_records *records)
{
	const struct initcall_record *record;
	const char *consumer, *prerequisite;

	for (record = records->depends; record < records->depends_end; record++) {
		consumer = initcall_ref_target(&record->path);
		prerequisite = initcall_ref_target(&record->what);
		if (consumer && *consumer && prerequisite && *prerequisite)
			initcall_names_declare(graph, consumer, prerequisite);
		else
			pr_err("malformed dependency %td ignored\n", record - records->depends);
	}
}

/* All lines of a cycle, from the edge that is left out back to its prerequisite. */
static void __init report_cycle(const struct initcall_graph *graph, u32 i)
{
	const struct initcall_module *modules = graph->modules;
	u32 at = graph->edges[i].consumer, end = graph->edges[i].prerequisite, parent;

	pr_err("cycle: %s needs %s, left out\n", kbasename(modules[at].path),
	       kbasename(modules[end].path));
	for (; at != end; at = parent) {
		parent = graph->search[at].parent;
		pr_err("cycle: %s needs %s\n", kbasename(modules[parent].path),
		       kbasename(modules[at].path));
	}
}

/* One piece of memory, so that there is one thing that can fail. */
static int __init alloc_arrays(struct initcall_graph *graph, u32 nr_modules, u32 nr_edges)
{
	graph->nr_nodes = __initcall_end - __initcall_start;
	graph->modules = initcall_alloc(nr_modules * (sizeof(*graph->modules) + sizeof(u32)) +
					(nr_modules + 1) * sizeof(*graph->search) +
					nr_edges * (sizeof(*graph->edges) +
						    2 * sizeof(*graph->needs)) +
					graph->nr_nodes * (sizeof(*graph->nodes) + sizeof(u32)) +
					graph->nr_places * sizeof(*graph->meant));
	if (!graph->modules)
		return -ENOMEM;
	graph->edges = (void *)(graph->modules + nr_modules);
	graph->needs = (void *)(graph->edges + nr_edges);
	graph->needed = graph->needs + nr_edges;
	graph->search = (void *)(graph->needed + nr_edges);
	graph->nodes = (void *)(graph->search + nr_modules + 1);
	graph->order = (void *)(graph->nodes + graph->nr_nodes);
	graph->sorted = graph->order + graph->nr_nodes;
	graph->meant = (void *)(graph->sorted + nr_modules);
	graph->nr_modules = 1;
	graph->cycle = report_cycle;
	return 0;
}

/* Records come in link order of the objects, and those of console_initcall() do not count. */
static void __init read_modules(struct initcall_graph *graph,
				const struct initcall_records *records)
{
	const struct initcall_record *record;
	const initcall_entry_t *entry;
	u32 module;

	for (record = records->modules; record < records->modules_end; record++) {
		entry = initcall_ref_target(&record->what);
		if (entry < __initcall_start || entry >= __initcall_end)
			continue;
		module = initcall_names_add(graph, initcall_ref_target(&record->path),
					    initcall_ref_target(&record->name));
		if (!module)
			pr_err("malformed record of initcall %td ignored\n",
			       entry - __initcall_start);
		graph->nodes[entry - __initcall_start].module = module;
	}
}

static void __init read_levels(struct initcall_graph *graph)
{
	struct initcall_node *node = graph->nodes, *end;
	u32 level;

	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		end = graph->nodes + (level_ends[level] - __initcall_start);
		for (; node < end; node++) {
			node->before = INITCALL_NONE;
			node->level = level;
			graph->modules[node->module].calls_left += level < INITCALL_LATE;
		}
	}
}

static void __init report_ambiguous(const struct initcall_graph *graph)
{
	const struct initcall_edge *edge;

	for (edge = graph->edges; edge < graph->edges + graph->nr_edges; edge++)
		if (edge->state == INITCALL_EDGE_AMBIGUOUS)
			pr_err("%s needs %s, ignored: several modules have that name, use the path\n",
			       kbasename(edge->consumer_name), edge->prerequisite_name);
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
	struct initcall_graph *graph = &plan->graph;
	u32 nr_modules = records->modules_end - records->modules + 1;
	u32 nr_edges = records->depends_end - records->depends;

	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_OPTIONS))
		nr_edges += initcall_options_count();
	graph->strings = records->strings;
	graph->nr_places = DIV_ROUND_UP(records->strings_end - records->strings,
					INITCALL_STRING_ALIGN);
	if (nr_modules > INITCALL_AMBIGUOUS || alloc_arrays(graph, nr_modules, nr_edges)) {
		pr_err("no room for %u modules, initcalls run in link order\n", nr_modules);
		initcall_plan_free(plan);
		return -ENOMEM;
	}
	read_modules(graph, records);
	read_levels(graph);
	read_declarations(graph, records);
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_OPTIONS))
		initcall_options_edit(plan);
	report_ambiguous(graph);
	initcall_order(graph);
	if (graph->nr_active)
		pr_info("%u dependencies, %u initcalls pulled forward\n", graph->nr_active,
			graph->nr_moved);
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_OPTIONS))
		initcall_options_report(plan);
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS))
		initcall_history_start(plan);
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
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS))
		initcall_history_free(plan);
	/* The other arrays follow. */
	kvfree(plan->graph.modules);
	kvfree(plan->link);
	memset(plan, 0, sizeof(*plan));
}
