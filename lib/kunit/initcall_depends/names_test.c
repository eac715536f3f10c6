// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of who is meant by a name, kernel/initcall_depends/names.c, and of what
 * the image says about its own initcalls, kernel/initcall_depends/graph.c
 */

#include <kunit/test.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/internal.h"

#define NR_MODULES	16

struct table {
	struct initcall_names names;
	struct initcall_module modules[NR_MODULES];
	u32 buckets[NR_MODULES];
};

static int __init build(struct initcall_plan *plan, const struct initcall_options *options)
{
	struct initcall_records records;

	initcall_records_of_image(&records);
	return initcall_graph_build(plan, &records, options);
}

static u16 __init dir(const char *path)
{
	return initcall_dir_id(path, strlen(path));
}

static struct table * __init new_table(struct kunit *test, u32 nr_buckets)
{
	struct table *table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, table);
	memset(table->buckets, 0xff, sizeof(table->buckets));
	table->names.modules = table->modules;
	table->names.buckets = table->buckets;
	table->names.nr_buckets = nr_buckets;
	KUNIT_EXPECT_EQ(test, 0, initcall_names_add(&table->names, "ffa_module",
						    dir("drivers/firmware/arm_ffa")));
	KUNIT_EXPECT_EQ(test, 1, initcall_names_add(&table->names, "core", dir("drivers/base")));
	KUNIT_EXPECT_EQ(test, 2, initcall_names_add(&table->names, "core",
						    dir("drivers/regulator")));
	KUNIT_EXPECT_EQ(test, 3, initcall_names_add(&table->names, "dd", dir("drivers/base")));
	return table;
}

/* Self-edges and unknown names from the command line, on this very image. */
static void __init names_odd_edges(struct kunit *test)
{
	static struct initcall_options options __initdata = {
		.nr_edges = 4,
		.edges = {
			{ "drivers/base/dd", "dd" },
			{ "dd", "no-such-module" },
			{ "dd", "no-such-module", true },
			{ "", "" },
		},
	};
	struct initcall_plan plan = {};
	struct initcall_edge *edges;

	KUNIT_ASSERT_EQ(test, 0, build(&plan, &options));
	edges = plan.graph.edges + plan.graph.nr_edges - 3;
	KUNIT_EXPECT_EQ(test, edges[0].state, INITCALL_EDGE_CYCLIC);
	KUNIT_EXPECT_EQ(test, edges[1].state, INITCALL_EDGE_DROPPED);
	KUNIT_EXPECT_EQ(test, edges[2].state, INITCALL_EDGE_ABSENT);
	initcall_graph_free(&plan);
}

/* Everything in one bucket has to work as well. */
static const u32 bucket_counts[] = { NR_MODULES, 1 };

static void describe_buckets(const u32 *count, char *text)
{
	snprintf(text, KUNIT_PARAM_DESC_SIZE, "%u buckets", *count);
}

KUNIT_ARRAY_PARAM(buckets, bucket_counts, describe_buckets);

static void __init names_add_twice(struct kunit *test)
{
	struct table *table = new_table(test, *(const u32 *)test->param_value);

	KUNIT_EXPECT_EQ(test, 2, initcall_names_add(&table->names, "core",
						    dir("drivers/regulator")));
	KUNIT_EXPECT_EQ(test, 4, table->names.nr_modules);
}

static void __init names_dash(struct kunit *test)
{
	struct table *table = new_table(test, *(const u32 *)test->param_value);

	KUNIT_EXPECT_EQ(test, 0, initcall_names_find(&table->names, "ffa_module"));
	KUNIT_EXPECT_EQ(test, 0, initcall_names_find(&table->names, "ffa-module"));
	KUNIT_EXPECT_EQ(test, INITCALL_NONE, initcall_names_find(&table->names, "ffa.module"));
	KUNIT_EXPECT_EQ(test, INITCALL_NONE, initcall_names_find(&table->names, "ffa_modul"));
	KUNIT_EXPECT_EQ(test, INITCALL_NONE, initcall_names_find(&table->names, "ffa_modules"));
	KUNIT_EXPECT_EQ(test, INITCALL_NONE, initcall_names_find(&table->names, ""));
}

static void __init names_path(struct kunit *test)
{
	struct table *table = new_table(test, *(const u32 *)test->param_value);

	KUNIT_EXPECT_EQ(test, 1, initcall_names_find(&table->names, "drivers/base/core"));
	KUNIT_EXPECT_EQ(test, 2, initcall_names_find(&table->names, "drivers/regulator/core"));
	KUNIT_EXPECT_EQ(test, 0, initcall_names_find(&table->names,
						     "drivers/firmware/arm_ffa/ffa-module"));
	KUNIT_EXPECT_EQ(test, INITCALL_NONE, initcall_names_find(&table->names, "base/core"));
	KUNIT_EXPECT_EQ(test, INITCALL_NONE, initcall_names_find(&table->names, "drivers/base/"));
	KUNIT_EXPECT_EQ(test, INITCALL_NONE, initcall_names_find(&table->names, "/dd"));
}

static void __init names_ambiguous(struct kunit *test)
{
	struct table *table = new_table(test, *(const u32 *)test->param_value);

	KUNIT_EXPECT_EQ(test, INITCALL_AMBIGUOUS, initcall_names_find(&table->names, "core"));
	KUNIT_EXPECT_EQ(test, 3, initcall_names_find(&table->names, "dd"));
}

/* What "printf %s DIR | cksum" prints, modulo 65536. */
static void __init names_dir_id(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 24596, dir("drivers/base"));
	KUNIT_EXPECT_EQ(test, 4302, dir("drivers/char/tpm"));
	KUNIT_EXPECT_EQ(test, 22628, dir("init"));
	KUNIT_EXPECT_EQ(test, 65535, dir(""));
}

/* Two initcalls of our own, to be found again in the table of this image. */
static int __init own_main(void)
{
	return 0;
}
device_initcall(own_main);

static int __init own_sync(void)
{
	return 0;
}
device_initcall_sync(own_sync);

static void __init names_own_initcalls(struct kunit *test)
{
	static struct initcall_options options __initdata;
	struct initcall_plan plan = {};
	u32 i, own, count[2] = {};

	KUNIT_ASSERT_EQ(test, 0, build(&plan, &options));
	own = initcall_names_find(&plan.names, KBUILD_MODFILE);
	KUNIT_ASSERT_LT(test, own, plan.names.nr_modules);
	for (i = 0; i < plan.graph.nr_nodes; i++) {
		if (plan.nodes[i].module != own)
			continue;
		KUNIT_EXPECT_EQ(test, plan.nodes[i].level, INITCALL_LEVEL_DEVICE);
		count[plan.nodes[i].sync]++;
	}
	KUNIT_EXPECT_EQ(test, count[0], 1);
	KUNIT_EXPECT_EQ(test, count[1], 1);
	initcall_graph_free(&plan);
}

/* The real thing: every initcall of this very kernel is known by its module. */
static void __init names_of_this_image(struct kunit *test)
{
	/* UML's own start-up code, which is not kernel code, has three entries without a record */
	const u32 allowed = IS_ENABLED(CONFIG_UML) ? 3 : 0;
	static struct initcall_options options __initdata;
	struct initcall_plan plan = {};
	u32 i, unknown = 0, disorder = 0, late = 0, dd;

	KUNIT_ASSERT_EQ(test, 0, build(&plan, &options));
	for (i = 0; i < plan.graph.nr_nodes; i++) {
		unknown += plan.nodes[i].module == INITCALL_NONE;
		disorder += i && plan.nodes[i].level < plan.nodes[i - 1].level;
	}
	KUNIT_EXPECT_GT(test, plan.graph.nr_nodes, 0);
	KUNIT_EXPECT_LE(test, unknown, allowed);
	KUNIT_EXPECT_EQ(test, disorder, 0);
	dd = initcall_names_find(&plan.names, "drivers/base/dd");
	KUNIT_EXPECT_LT(test, dd, plan.names.nr_modules);
	KUNIT_EXPECT_EQ(test, dd, initcall_names_find(&plan.names, "dd"));
	KUNIT_EXPECT_EQ(test, INITCALL_NONE, initcall_names_find(&plan.names, "drivers/char/dd"));
	for (i = 0; i < plan.graph.nr_nodes; i++)
		if (plan.nodes[i].module == dd && plan.nodes[i].level == INITCALL_LEVEL_LATE)
			late++;
	KUNIT_EXPECT_EQ(test, late, 1);
	initcall_graph_free(&plan);
}

/* What cannot be had is told, and nothing is left behind. */
static void __init names_no_memory(struct kunit *test)
{
	struct initcall_options *options = kunit_kzalloc(test, sizeof(*options), GFP_KERNEL);
	struct initcall_plan plan = {};

	KUNIT_ASSERT_NOT_NULL(test, options);
	options->nr_edges = S32_MAX;
	KUNIT_EXPECT_EQ(test, -ENOMEM, build(&plan, options));
	KUNIT_EXPECT_NULL(test, plan.graph.edges);
	KUNIT_EXPECT_NOT_NULL(test, plan.nodes);
	initcall_graph_free(&plan);
	KUNIT_EXPECT_NULL(test, plan.order);
}

static struct kunit_case __refdata names_cases[] = {
	KUNIT_CASE_PARAM(names_add_twice, buckets_gen_params),
	KUNIT_CASE_PARAM(names_dash, buckets_gen_params),
	KUNIT_CASE_PARAM(names_path, buckets_gen_params),
	KUNIT_CASE_PARAM(names_ambiguous, buckets_gen_params),
	KUNIT_CASE(names_dir_id),
	KUNIT_CASE(names_own_initcalls),
	KUNIT_CASE(names_of_this_image),
	KUNIT_CASE(names_odd_edges),
	KUNIT_CASE(names_no_memory),
	{}
};

static struct kunit_suite names_suite = {
	.name = "initcall_depends_names",
	.test_cases = names_cases,
};

kunit_test_init_section_suite(names_suite);
