// SPDX-License-Identifier: GPL-2.0
/*
 * From the records in the image, and the command line, to a graph.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/init.h>
#include <linux/initcall_module.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "internal.h"

struct level_bounds {
	initcall_entry_t *start;
	initcall_entry_t *sync;
	initcall_entry_t *end;
};

static const struct level_bounds levels[INITCALL_NR_LEVELS] __initconst = {
	[INITCALL_LEVEL_EARLY] = { __initcall_start, __initcall0_start, __initcall0_start },
	[INITCALL_LEVEL_PURE] = { __initcall0_start, __initcall0s_start, __initcall1_start },
	[INITCALL_LEVEL_CORE] = { __initcall1_start, __initcall1s_start, __initcall2_start },
	[INITCALL_LEVEL_POSTCORE] = { __initcall2_start, __initcall2s_start, __initcall3_start },
	[INITCALL_LEVEL_ARCH] = { __initcall3_start, __initcall3s_start, __initcall4_start },
	[INITCALL_LEVEL_SUBSYS] = { __initcall4_start, __initcall4s_start, __initcall5_start },
	[INITCALL_LEVEL_FS] = { __initcall5_start, __initcall5s_start, __initcallrootfs_start },
	[INITCALL_LEVEL_ROOTFS] = { __initcallrootfs_start, __initcall6_start, __initcall6_start },
	[INITCALL_LEVEL_DEVICE] = { __initcall6_start, __initcall6s_start, __initcall7_start },
	[INITCALL_LEVEL_LATE] = { __initcall7_start, __initcall7s_start, __initcall_end },
};

/**
 * initcall_nr_declared() - how many initcall_depends() lines the image has
 *
 * Context: __init, any.
 * Return: that number.
 */
u32 __init initcall_nr_declared(void)
{
	return __stop_initcall_depends - __start_initcall_depends;
}

static void __init read_levels(struct initcall_plan *plan)
{
	initcall_entry_t *entry;
	u32 level;

	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		for (entry = levels[level].start; entry < levels[level].end; entry++) {
			plan->nodes[entry - __initcall_start] = (struct initcall_node) {
				.module = INITCALL_NONE,
				.level = level,
				.sync = entry >= levels[level].sync,
			};
		}
	}
}

/* Records come in any order, and those of console_initcall() are not for us. */
static void __init read_modules(struct initcall_plan *plan)
{
	u32 i, count = __stop_initcall_modules - __start_initcall_modules;
	const struct initcall_module_record *record;
	const initcall_entry_t *entry;
	const char *name;

	for (i = 0; i < count; i++) {
		record = &__start_initcall_modules[i];
		entry = initcall_record_ptr(&record->entry);
		name = initcall_record_ptr(&record->name);
		if (entry < __initcall_start || entry >= __initcall_end || !name)
			continue;
		plan->nodes[entry - __initcall_start].module =
			initcall_names_add(&plan->names, name, record->dir);
	}
}

static struct initcall_edge * __init add_edge(struct initcall_plan *plan, u32 consumer,
					      const char *consumer_name, const char *prerequisite)
{
	u32 i = plan->graph.nr_edges++;
	struct initcall_edge *edge = &plan->graph.edges[i];

	plan->declarations[i] = (struct initcall_declaration) { consumer_name, prerequisite };
	edge->consumer = consumer;
	edge->prerequisite = initcall_names_find(&plan->names, prerequisite);
	edge->state = INITCALL_EDGE_ORDERED;
	if (edge->consumer == INITCALL_NONE || edge->prerequisite == INITCALL_NONE)
		edge->state = INITCALL_EDGE_ABSENT;
	else if (edge->consumer == INITCALL_AMBIGUOUS || edge->prerequisite == INITCALL_AMBIGUOUS)
		edge->state = INITCALL_EDGE_AMBIGUOUS;
	else if (edge->consumer == edge->prerequisite)
		edge->state = INITCALL_EDGE_CYCLIC;
	return edge;
}

/* A consumer without an initcall gets a number as well; nothing comes of it. */
static void __init read_declarations(struct initcall_plan *plan)
{
	const struct initcall_depends_record *record;
	const char *name, *prerequisite;
	u32 i, consumer;

	for (i = 0; i < initcall_nr_declared(); i++) {
		record = &__start_initcall_depends[i];
		name = initcall_record_ptr(&record->consumer);
		prerequisite = initcall_record_ptr(&record->prerequisite);
		if (!name || !prerequisite) {
			pr_err("malformed dependency %u ignored\n", i);
			continue;
		}
		consumer = initcall_names_add(&plan->names, name, record->dir);
		add_edge(plan, consumer, name, prerequisite);
	}
	plan->graph.nr_modules = plan->names.nr_modules;
}

/* By the modules that are meant, or by the words, which may mean no module. */
static bool __init is_meant(const struct initcall_plan *plan, u32 i,
			    const struct initcall_option *option, u32 consumer, u32 prerequisite)
{
	const struct initcall_declaration *words = &plan->declarations[i];
	const struct initcall_edge *edge = &plan->graph.edges[i];

	if (consumer < INITCALL_AMBIGUOUS && prerequisite < INITCALL_AMBIGUOUS &&
	    edge->consumer == consumer && edge->prerequisite == prerequisite)
		return true;
	return !strcmp(words->consumer, option->consumer) &&
	       !strcmp(words->prerequisite, option->prerequisite);
}

static void __init drop_edge(struct initcall_plan *plan, const struct initcall_option *option)
{
	u32 consumer = initcall_names_find(&plan->names, option->consumer);
	u32 prerequisite = initcall_names_find(&plan->names, option->prerequisite);
	bool found = false;
	u32 i;

	for (i = 0; i < plan->graph.nr_edges; i++) {
		if (!is_meant(plan, i, option, consumer, prerequisite))
			continue;
		plan->graph.edges[i].state = INITCALL_EDGE_DROPPED;
		found = true;
	}
	if (!found)
		pr_err("drop=%s:%s ignored: there is no such dependency in this kernel\n",
		       option->consumer, option->prerequisite);
}

static void __init apply_options(struct initcall_plan *plan, const struct initcall_options *options)
{
	const struct initcall_option *option;
	const struct initcall_edge *edge;

	for (option = options->edges; option < options->edges + options->nr_edges; option++) {
		if (option->drop) {
			drop_edge(plan, option);
			continue;
		}
		edge = add_edge(plan, initcall_names_find(&plan->names, option->consumer),
				option->consumer, option->prerequisite);
		if (edge->state == INITCALL_EDGE_ABSENT)
			pr_err("add=%s:%s has no effect: one of them is not built into this kernel\n",
			       option->consumer, option->prerequisite);
	}
}

static int __init alloc_plan(struct initcall_plan *plan, u32 nr_edges)
{
	u32 nr_nodes = __initcall_end - __initcall_start;
	u32 nr_names;

	nr_names = __stop_initcall_modules - __start_initcall_modules + initcall_nr_declared();
	plan->names.nr_buckets = max(nr_names, 1U);
	plan->names.buckets = kvmalloc_array(plan->names.nr_buckets, sizeof(u32), INITCALL_GFP);
	plan->names.modules = kvcalloc(nr_names, sizeof(*plan->names.modules), INITCALL_GFP);
	plan->nodes = kvcalloc(nr_nodes, sizeof(*plan->nodes), INITCALL_GFP);
	plan->graph.edges = kvcalloc(nr_edges, sizeof(*plan->graph.edges), INITCALL_GFP);
	plan->declarations = kvcalloc(nr_edges, sizeof(*plan->declarations), INITCALL_GFP);
	plan->order = kvcalloc(nr_nodes, sizeof(*plan->order), INITCALL_GFP);
	if (!plan->names.buckets || !plan->names.modules || !plan->nodes ||
	    !plan->graph.edges || !plan->declarations || !plan->order)
		return -ENOMEM;
	memset(plan->names.buckets, 0xff, plan->names.nr_buckets * sizeof(u32));
	plan->graph.nodes = plan->nodes;
	plan->graph.nr_nodes = nr_nodes;
	return 0;
}

/**
 * initcall_graph_build() - read what the image and the command line say
 * @plan: empty; to be given to initcall_graph_free() in any case
 * @options: what the command line says
 *
 * Context: __init, may sleep.
 * Return: 0 or -ENOMEM.
 */
int __init initcall_graph_build(struct initcall_plan *plan, const struct initcall_options *options)
{
	int err = alloc_plan(plan, initcall_nr_declared() + options->nr_edges);

	if (err)
		return err;
	read_levels(plan);
	read_modules(plan);
	read_declarations(plan);
	apply_options(plan, options);
	return 0;
}

/**
 * initcall_graph_free() - free what initcall_graph_build() has allocated
 * @plan: the plan; it is empty afterwards
 *
 * Context: __init, may sleep.
 */
void __init initcall_graph_free(struct initcall_plan *plan)
{
	kvfree(plan->names.buckets);
	kvfree(plan->names.modules);
	kvfree(plan->nodes);
	kvfree(plan->graph.edges);
	kvfree(plan->declarations);
	kvfree(plan->order);
	memset(plan, 0, sizeof(*plan));
}
