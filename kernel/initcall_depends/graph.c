// SPDX-License-Identifier: GPL-2.0
/*
 * From the records in the image, and the command line, to a graph.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <kunit/static_stub.h>
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
 * initcall_alloc() - memory for the plan
 * @count: number of elements
 * @size: size of an element in bytes
 *
 * All memory comes from here, so that tests can let it run out.
 *
 * Context: __init, may sleep.
 * Return: zeroed memory for kvfree(), or NULL without a message.
 */
void * __init initcall_alloc(size_t count, size_t size)
{
	KUNIT_STATIC_STUB_REDIRECT(initcall_alloc, count, size);
	return kvcalloc(count, size, INITCALL_GFP);
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
static void __init read_modules(struct initcall_plan *plan, const struct initcall_records *records)
{
	const struct initcall_module_record *record;
	const initcall_entry_t *entry;
	const char *name;

	for (record = records->modules; record < records->modules + records->nr_modules; record++) {
		entry = initcall_record_ptr(&record->entry);
		name = initcall_record_ptr(&record->name);
		if (entry < __initcall_start || entry >= __initcall_end || !name)
			continue;
		plan->nodes[entry - __initcall_start].module =
			initcall_names_add(&plan->names, name, record->dir);
	}
}

/*
 * A consumer without an initcall gets a number as well; nothing comes of it. Its
 * lines stand together, so that its name is mostly that of the line before.
 */
static void __init read_declarations(struct initcall_edges *edges,
				     const struct initcall_records *records)
{
	const struct initcall_depends_record *record;
	const char *name, *prerequisite, *last = NULL;
	u32 i, consumer = INITCALL_NONE;
	u16 dir = 0;

	for (i = 0; i < records->nr_depends; i++) {
		record = &records->depends[i];
		name = initcall_record_ptr(&record->consumer);
		prerequisite = initcall_record_ptr(&record->prerequisite);
		if (!name || !prerequisite || !*name || !*prerequisite) {
			pr_err("malformed dependency %u ignored\n", i);
			continue;
		}
		if (name != last || record->dir != dir)
			consumer = initcall_names_add(edges->names, name, record->dir);
		last = name;
		dir = record->dir;
		initcall_edges_add(edges, consumer, name, prerequisite);
	}
	edges->graph->nr_modules = edges->names->nr_modules;
}

static int __init alloc_plan(struct initcall_plan *plan, u32 nr_edges, u32 nr_names)
{
	u32 nr_nodes = __initcall_end - __initcall_start;

	plan->names.nr_buckets = max(nr_names, 1U);
	plan->names.buckets = initcall_alloc(plan->names.nr_buckets, sizeof(u32));
	plan->names.modules = initcall_alloc(nr_names, sizeof(*plan->names.modules));
	plan->nodes = initcall_alloc(nr_nodes, sizeof(*plan->nodes));
	plan->graph.edges = initcall_alloc(nr_edges, sizeof(*plan->graph.edges));
	plan->declarations = initcall_alloc(nr_edges, sizeof(*plan->declarations));
	plan->order = initcall_alloc(nr_nodes, sizeof(*plan->order));
	plan->moves = initcall_alloc(nr_nodes, sizeof(*plan->moves));
	plan->usecs = initcall_alloc(nr_nodes, sizeof(*plan->usecs));
	plan->states = initcall_alloc(nr_names, sizeof(*plan->states));
	if (!plan->names.buckets || !plan->names.modules || !plan->nodes || !plan->graph.edges ||
	    !plan->declarations || !plan->order || !plan->moves || !plan->usecs || !plan->states)
		return -ENOMEM;
	memset(plan->names.buckets, 0xff, plan->names.nr_buckets * sizeof(u32));
	plan->graph.nodes = plan->nodes;
	plan->graph.nr_nodes = nr_nodes;
	return 0;
}

/**
 * initcall_graph_build() - read what the image and the command line say
 * @plan: empty; to be given to initcall_graph_free() in any case
 * @records: what the image says
 * @options: what the command line says
 *
 * Context: __init, may sleep.
 * Return: 0 or -ENOMEM.
 */
int __init initcall_graph_build(struct initcall_plan *plan, const struct initcall_records *records,
				const struct initcall_options *options)
{
	int err = alloc_plan(plan, records->nr_depends + options->nr_edges,
			     records->nr_modules + records->nr_depends);
	struct initcall_edges edges = {
		.names = &plan->names,
		.graph = &plan->graph,
		.declarations = plan->declarations,
		.modular = __start_initcall_modular,
		.end_modular = __stop_initcall_modular,
	};

	if (err)
		return err;
	read_levels(plan);
	read_modules(plan, records);
	read_declarations(&edges, records);
	initcall_edges_apply(&edges, options);
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
	kvfree(plan->link);
	kvfree(plan->graph.edges);
	kvfree(plan->declarations);
	kvfree(plan->order);
	kvfree(plan->moves);
	kvfree(plan->usecs);
	kvfree(plan->states);
	memset(plan, 0, sizeof(*plan));
}
