// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of which module a name means, kernel/initcall_depends/names.c, and of what
 * the image says about its own initcalls
 */

#include <kunit/test.h>
#include <linux/init.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/optional.h"
#include "records.h"

#define MAX_MODULES	16

/* Start-up code of UML itself, which is not kernel code, has initcalls without a record. */
#define NR_WITHOUT_RECORD	(IS_ENABLED(CONFIG_UML) ? 3 : 0)

struct table {
	struct initcall_graph graph;
	struct initcall_module modules[MAX_MODULES];
	struct initcall_edge edges[MAX_MODULES];
	struct strings strings;
};

static struct table * __init new_table(struct kunit *test)
{
	struct table *table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, table);
	table->graph = (struct initcall_graph) {
		.modules = table->modules,
		.edges = table->edges,
		.nr_modules = 1,
	};
	return table;
}

static u32 __init add(struct table *table, const char *path)
{
	return add_module(&table->graph, &table->strings, path);
}

/* Five modules with the numbers 1 to 5 */
static struct table * __init some_modules(struct kunit *test)
{
	static const char * const paths[] __initconst = {
		"drivers/firmware/arm_ffa/ffa-module", "drivers/base/core",
		"drivers/regulator/core", "drivers/base/dd", "init/main",
	};
	struct table *table = new_table(test);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		KUNIT_EXPECT_EQ(test, add(table, paths[i]), i + 1);
	KUNIT_EXPECT_EQ(test, table->graph.nr_modules, ARRAY_SIZE(paths) + 1);
	return table;
}

static void __init names_add(struct kunit *test)
{
	const struct initcall_module *modules = some_modules(test)->modules;

	KUNIT_EXPECT_STREQ(test, modules[1].path, "drivers/firmware/arm_ffa/ffa-module");
	KUNIT_EXPECT_STREQ(test, modules[1].name, "ffa_module");
	KUNIT_EXPECT_STREQ(test, modules[5].path, "init/main");
	KUNIT_EXPECT_STREQ(test, modules[5].name, "main");
	KUNIT_EXPECT_EQ(test, modules[5].calls_left, 0);
}

/* A module is known by its path. */
static void __init names_add_twice(struct kunit *test)
{
	struct table *table = some_modules(test);

	KUNIT_EXPECT_EQ(test, add(table, "drivers/regulator/core"), 3);
	KUNIT_EXPECT_EQ(test, add(table, "drivers/base/core"), 2);
	KUNIT_EXPECT_EQ(test, add(table, "drivers/regulator/core"), 3);
	KUNIT_EXPECT_EQ(test, table->graph.nr_modules, 6);
	/* one other character makes another module */
	KUNIT_EXPECT_EQ(test, add(table, "drivers/Regulator/core"), 6);
	KUNIT_EXPECT_EQ(test, add(table, "drivers/base/dd2/core"), 7);
	KUNIT_EXPECT_EQ(test, table->graph.nr_modules, 8);
}

/* What is not among the strings of the image is no module. */
static void __init names_add_malformed(struct kunit *test)
{
	struct table *table = some_modules(test);
	struct initcall_graph *graph = &table->graph;
	const char *path = graph->modules[1].path, *name = graph->modules[1].name;
	const char *end = graph->strings + graph->nr_places * INITCALL_STRING_ALIGN;

	KUNIT_EXPECT_EQ(test, initcall_names_add(graph, NULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_add(graph, path, NULL), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_add(graph, NULL, name), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_add(graph, graph->strings - INITCALL_STRING_ALIGN,
						 name), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_add(graph, end, name), 0);
	/* in the middle of one */
	KUNIT_EXPECT_EQ(test, initcall_names_add(graph, path + 1, name), 0);
	/* the name of one module, and of two */
	KUNIT_EXPECT_EQ(test, add(table, "dd"), 0);
	KUNIT_EXPECT_EQ(test, add(table, "core"), 0);
	KUNIT_EXPECT_EQ(test, graph->nr_modules, 6);
}

/* Strings of the image are not compared, so that these can be spoilt. */
static void __init names_by_address(struct kunit *test)
{
	struct table *table = some_modules(test);
	struct initcall_graph *graph = &table->graph;
	const char *egg = merged(&table->strings, "egg");

	memset(table->strings.text, 'x', table->strings.length - 1);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, graph->modules[1].path), 1);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, graph->modules[1].name), 1);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, graph->modules[2].path), 2);
	KUNIT_EXPECT_PTR_EQ(test, graph->modules[2].name, graph->modules[3].name);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, graph->modules[2].name),
			INITCALL_AMBIGUOUS);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, egg), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "main"), 0);
}

static void __init names_dash(struct kunit *test)
{
	struct table *table = some_modules(test);
	struct initcall_graph *graph = &table->graph;

	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "ffa_module"), 1);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "ffa-module"), 1);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "ffa,module"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "ffa.module"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "ffamodule"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "ffa_modul"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "ffa_modules"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "FFA_module"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, ""), 0);
	KUNIT_EXPECT_EQ(test, add(table, "drivers/a-b/a-b_c"), 6);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "a_b_c"), 6);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/a-b/a_b-c"), 6);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/a_b/a_b_c"), 0);
}

/* In a path, folders are taken literally, and all of them have to be there. */
static void __init names_path(struct kunit *test)
{
	struct initcall_graph *graph = &some_modules(test)->graph;

	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/base/core"), 2);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/regulator/core"), 3);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/firmware/arm_ffa/ffa_module"), 1);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/firmware/arm-ffa/ffa_module"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/char/core"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/bose/core"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "base/core"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "/drivers/base/core"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "x/drivers/base/core"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/base/"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/base"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "/dd"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "/"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "main"), 5);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "init/main"), 5);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "init/main/main"), 0);
}

static void __init names_ambiguous(struct kunit *test)
{
	struct table *table = some_modules(test);
	struct initcall_graph *graph = &table->graph;

	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "core"), INITCALL_AMBIGUOUS);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "dd"), 4);
	/* two paths that differ in a dash are two modules, and the spelling says which is meant */
	KUNIT_EXPECT_EQ(test, add(table, "drivers/firmware/arm_ffa/ffa_module"), 6);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/firmware/arm_ffa/ffa-module"), 1);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/firmware/arm_ffa/ffa_module"), 6);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "ffa_module"), INITCALL_AMBIGUOUS);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "ffa-module"), INITCALL_AMBIGUOUS);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, graph->modules[1].path), 1);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, graph->modules[6].path), 6);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, graph->modules[6].name),
			INITCALL_AMBIGUOUS);
}

static void __init names_absent(struct kunit *test)
{
	struct table *table = new_table(test);
	struct initcall_graph *graph = &table->graph;

	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "egg"), 0);
	KUNIT_EXPECT_EQ(test, add(table, "farm/hen"), 1);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "egg"), 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "hen"), 1);
	KUNIT_EXPECT_EQ(test, initcall_names_find(graph, "drivers/hen"), 0);
}

static void __init expect_edge(struct kunit *test, struct initcall_graph *graph,
			       const char *consumer, const char *prerequisite, u32 state)
{
	u32 nr_edges = graph->nr_edges;
	const struct initcall_edge *edge = &graph->edges[nr_edges];

	initcall_names_declare(graph, consumer, prerequisite);
	KUNIT_EXPECT_EQ(test, graph->nr_edges, nr_edges + 1);
	KUNIT_EXPECT_PTR_EQ(test, edge->consumer_name, consumer);
	KUNIT_EXPECT_PTR_EQ(test, edge->prerequisite_name, prerequisite);
	KUNIT_EXPECT_EQ(test, edge->consumer, initcall_names_find(graph, consumer));
	KUNIT_EXPECT_EQ(test, edge->prerequisite, initcall_names_find(graph, prerequisite));
	KUNIT_EXPECT_EQ_MSG(test, edge->state, state, "%s needs %s", consumer, prerequisite);
}

struct declared {
	const char *consumer;
	const char *prerequisite;
	u32 state;
};

/* As lines in drivers have it, or the command line, whose strings are elsewhere */
static void __init names_declare(struct kunit *test)
{
	static const struct declared declared[] __initconst = {
		{ "drivers/base/core", "ffa_module", INITCALL_EDGE_ACTIVE },
		{ "drivers/base/core", "ffa-module", INITCALL_EDGE_ACTIVE },
		{ "init/main", "drivers/base/dd", INITCALL_EDGE_ACTIVE },
		{ "init/main", "drivers/firmware/arm_ffa/ffa-module", INITCALL_EDGE_ACTIVE },
		{ "init/main", "drivers/firmware/arm_ffa/ffa_module", INITCALL_EDGE_ACTIVE },
		{ "main", "main", INITCALL_EDGE_ACTIVE },
		{ "main", "egg", INITCALL_EDGE_ABSENT },
		{ "main", "hen/egg", INITCALL_EDGE_ABSENT },
		{ "egg", "main", INITCALL_EDGE_ABSENT },
		{ "egg", "hen", INITCALL_EDGE_ABSENT },
		{ "main", "core", INITCALL_EDGE_AMBIGUOUS },
		{ "core", "main", INITCALL_EDGE_AMBIGUOUS },
		{ "core", "core", INITCALL_EDGE_AMBIGUOUS },
		/* what is absent has no effect, even if the other name is ambiguous */
		{ "core", "egg", INITCALL_EDGE_ABSENT },
		{ "egg", "core", INITCALL_EDGE_ABSENT },
	};
	struct table *table = some_modules(test);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(declared); i++) {
		table->graph.nr_edges = 0;
		expect_edge(test, &table->graph, declared[i].consumer, declared[i].prerequisite,
			    declared[i].state);
		expect_edge(test, &table->graph, merged(&table->strings, declared[i].consumer),
			    merged(&table->strings, declared[i].prerequisite), declared[i].state);
	}
}

static int __init nothing(void)
{
	return 0;
}

/* One at each level, to be found again in the plan; and one that is at none */
early_initcall(nothing);
pure_initcall(nothing);
core_initcall(nothing);
core_initcall_sync(nothing);
postcore_initcall(nothing);
postcore_initcall_sync(nothing);
arch_initcall(nothing);
arch_initcall_sync(nothing);
subsys_initcall(nothing);
subsys_initcall_sync(nothing);
fs_initcall(nothing);
fs_initcall_sync(nothing);
rootfs_initcall(nothing);
device_initcall(nothing);
device_initcall_sync(nothing);
late_initcall(nothing);
late_initcall_sync(nothing);
console_initcall(nothing);

#define NR_OWN	17

/* A declaration that names this module and another one */
struct declaration {
	struct initcall_record record;
	char consumer[sizeof(KBUILD_MODFILE)];
	char prerequisite[sizeof("drivers/base/dd")];
};

static void __init make_plan(struct kunit *test, struct initcall_plan *plan)
{
	struct declaration *declaration = kunit_kzalloc(test, sizeof(*declaration), GFP_KERNEL);
	struct initcall_records records = initcall_records_of_image;

	KUNIT_ASSERT_NOT_NULL(test, declaration);
	strscpy(declaration->consumer, KBUILD_MODFILE);
	strscpy(declaration->prerequisite, "drivers/base/dd");
	set_ref(&declaration->record.path, declaration->consumer);
	set_ref(&declaration->record.what, declaration->prerequisite);
	records.depends = &declaration->record;
	records.depends_end = records.depends + 1;
	KUNIT_ASSERT_EQ(test, initcall_plan_make(plan, &records), 0);
	KUNIT_ASSERT_GE(test, plan->graph.nr_edges, 1);
	KUNIT_ASSERT_EQ(test, plan->graph.edges[0].state, INITCALL_EDGE_ACTIVE);
}

static void __init names_own_initcalls(struct kunit *test)
{
	u32 i, level, count[INITCALL_NR_LEVELS] = { };
	const struct initcall_module *module;
	struct initcall_plan plan = { };

	make_plan(test, &plan);
	module = &plan.graph.modules[plan.graph.edges[0].consumer];
	for (i = 0; i < plan.graph.nr_nodes; i++)
		if (plan.graph.nodes[i].module == plan.graph.edges[0].consumer)
			count[plan.graph.nodes[i].level]++;
	for (level = 0; level < INITCALL_NR_LEVELS; level++)
		KUNIT_EXPECT_EQ_MSG(test, count[level],
				    level != INITCALL_PURE_SYNC && level != INITCALL_ROOTFS_SYNC,
				    "level %u", level);
	KUNIT_EXPECT_STREQ(test, module->path, KBUILD_MODFILE);
	KUNIT_EXPECT_EQ(test, module->calls_left, NR_OWN - 2);
	initcall_plan_free(&plan);
}

/* deferred_probe_initcall() is the only initcall there, in every kernel. */
static void __init names_dd(struct kunit *test)
{
	const struct initcall_module *module;
	struct initcall_plan plan = { };
	u32 dd;

	make_plan(test, &plan);
	dd = plan.graph.edges[0].prerequisite;
	module = &plan.graph.modules[dd];
	KUNIT_EXPECT_STREQ(test, module->path, "drivers/base/dd");
	KUNIT_EXPECT_EQ(test, module->calls_left, 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(&plan.graph, "dd"), dd);
	KUNIT_EXPECT_EQ(test, initcall_names_find(&plan.graph, "drivers/char/dd"), 0);
	initcall_plan_free(&plan);
}

/* All initcalls are in the plan, and all their modules have a number. */
static void __init names_of_plan(struct kunit *test)
{
	u32 i, unknown = 0, disorder = 0;
	struct initcall_plan plan = { };

	make_plan(test, &plan);
	KUNIT_EXPECT_EQ(test, plan.graph.nr_nodes, __initcall_end - __initcall_start);
	for (i = 0; i < plan.graph.nr_nodes; i++) {
		unknown += !plan.graph.nodes[i].module;
		disorder += i && plan.graph.nodes[i].level < plan.graph.nodes[i - 1].level;
	}
	KUNIT_EXPECT_EQ(test, disorder, 0);
	KUNIT_EXPECT_LE(test, unknown, NR_WITHOUT_RECORD);
	initcall_plan_free(&plan);
}

/* Each initcall of this very kernel has exactly one record. */
static void __init names_of_this_image(struct kunit *test)
{
	u32 i, nr_nodes = __initcall_end - __initcall_start, without = 0, again = 0, outside = 0;
	u8 *count = kunit_kzalloc(test, nr_nodes, GFP_KERNEL);
	const struct initcall_records *image = &initcall_records_of_image;
	const struct initcall_record *record;
	const initcall_entry_t *entry;
	const char *path, *name;

	KUNIT_ASSERT_NOT_NULL(test, count);
	for (record = image->modules; record < image->modules_end; record++) {
		entry = initcall_ref_target(&record->what);
		path = initcall_ref_target(&record->path);
		name = initcall_ref_target(&record->name);
		KUNIT_ASSERT_NOT_NULL(test, path);
		KUNIT_ASSERT_NOT_NULL(test, name);
		KUNIT_EXPECT_GT_MSG(test, strlen(name), 0, "%s", path);
		/* No two of them are in one place, see place_of(). */
		KUNIT_EXPECT_EQ(test, (path - image->strings) % INITCALL_STRING_ALIGN, 0);
		KUNIT_EXPECT_EQ(test, (name - image->strings) % INITCALL_STRING_ALIGN, 0);
		KUNIT_EXPECT_TRUE_MSG(test, initcall_names_match(path, name), "%s", path);
		KUNIT_EXPECT_NOT_NULL_MSG(test, strchr(path, '/'), "%s", path);
		if (entry >= __initcall_start && entry < __initcall_end)
			again += count[entry - __initcall_start]++;
		else
			outside += !strcmp(path, KBUILD_MODFILE);
	}
	for (i = 0; i < nr_nodes; i++)
		without += !count[i];
	KUNIT_EXPECT_LE(test, without, NR_WITHOUT_RECORD);
	KUNIT_EXPECT_EQ(test, again, 0);
	/* that of console_initcall() */
	KUNIT_EXPECT_EQ(test, outside, 1);
}

/* What the linker has made of the names in this very kernel is what comparing them says. */
static void __init names_merged(struct kunit *test)
{
	const struct initcall_module *module;
	struct initcall_plan plan = { };
	struct initcall_graph *graph = &plan.graph;
	char name[64];
	u32 i;

	make_plan(test, &plan);
	KUNIT_EXPECT_GT(test, graph->nr_modules, 10);
	for (i = 1; i < graph->nr_modules; i++) {
		module = &graph->modules[i];
		KUNIT_ASSERT_GT(test, strscpy(name, module->name), 0);
		KUNIT_EXPECT_EQ_MSG(test, initcall_names_find(graph, module->name),
				    initcall_names_find(graph, name), "%s", name);
		KUNIT_EXPECT_EQ_MSG(test, initcall_names_find(graph, module->path), i,
				    "%s", module->path);
	}
	initcall_plan_free(&plan);
}

static struct kunit_case __refdata names_cases[] = {
	KUNIT_CASE(names_add),
	KUNIT_CASE(names_add_twice),
	KUNIT_CASE(names_add_malformed),
	KUNIT_CASE(names_by_address),
	KUNIT_CASE(names_dash),
	KUNIT_CASE(names_path),
	KUNIT_CASE(names_ambiguous),
	KUNIT_CASE(names_absent),
	KUNIT_CASE(names_declare),
	KUNIT_CASE(names_own_initcalls),
	KUNIT_CASE(names_dd),
	KUNIT_CASE(names_of_plan),
	KUNIT_CASE(names_of_this_image),
	KUNIT_CASE(names_merged),
	{}
};

static struct kunit_suite names_suite = {
	.name = "initcall_depends_names",
	.test_cases = names_cases,
};

kunit_test_init_section_suite(names_suite);
