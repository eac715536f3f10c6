// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what goes wrong: no memory, and records that make no sense
 */

#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/optional.h"
#include "records.h"

#define FOLDER		"lib/kunit/initcall_depends/"
#define LONG_NAME	9000
#define NR_DUPLICATES	10000
#define NR_RECORDS	(NR_DUPLICATES + 16)

/* Link order has this one after those of names_test.c. */
static int __init nothing(void)
{
	return 0;
}
device_initcall(nothing);

/*
 * In one piece, since references in records may be relative and 32 bits wide. Init
 * data, as records of initcalls have to refer to the image.
 */
struct malformed {
	struct initcall_record records[NR_RECORDS];
	u32 nr_records;
	char empty[1] __aligned(INITCALL_STRING_ALIGN);
	char blank[2] __aligned(INITCALL_STRING_ALIGN);
	char own[sizeof(FOLDER "faults_test")] __aligned(INITCALL_STRING_ALIGN);
	char other[sizeof(FOLDER "names_test")] __aligned(INITCALL_STRING_ALIGN);
	char late[sizeof("drivers/base/dd")] __aligned(INITCALL_STRING_ALIGN);
	char unknown[sizeof("no_such_module")] __aligned(INITCALL_STRING_ALIGN);
	char long_name[LONG_NAME + 1] __aligned(INITCALL_STRING_ALIGN);
	char long_path[LONG_NAME + 1] __aligned(INITCALL_STRING_ALIGN);
};

static struct malformed bad __initdata;

static int __init init_malformed(struct kunit *test)
{
	/* What is not overwritten is zero from the start, and records count only up to here. */
	bad.nr_records = 0;
	strscpy(bad.blank, " ");
	strscpy(bad.own, FOLDER "faults_test");
	strscpy(bad.other, FOLDER "names_test");
	strscpy(bad.late, "drivers/base/dd");
	strscpy(bad.unknown, "no_such_module");
	memset(bad.long_name, 'x', LONG_NAME);
	memset(bad.long_path, '/', LONG_NAME);
	return 0;
}

static void __init add_record(const void *module, const void *what)
{
	struct initcall_record *record = &bad.records[bad.nr_records++];

	set_ref(&record->path, module);
	set_ref(&record->name, module);
	set_ref(&record->what, what);
}

/* What the image says about initcalls, and @bad about dependencies */
static void __init make_plan(struct kunit *test, struct initcall_plan *plan)
{
	struct initcall_records records = initcall_records_of_image;

	records.depends = bad.records;
	records.depends_end = records.depends + bad.nr_records;
	memset(plan, 0, sizeof(*plan));
	KUNIT_ASSERT_EQ(test, initcall_plan_make(plan, &records), 0);
}

/* Allocations that still succeed before one fails, and how many there were */
static int before_failure;
static int nr_allocations;

static void *failing_alloc(size_t size)
{
	nr_allocations++;
	return before_failure-- ? kvzalloc(size, GFP_KERNEL) : NULL;
}

static int __init plan_with_failure(struct kunit *test, struct initcall_plan *plan, int allocation)
{
	int err;

	memset(plan, 0, sizeof(*plan));
	before_failure = allocation;
	nr_allocations = 0;
	kunit_activate_static_stub(test, initcall_alloc, failing_alloc);
	err = initcall_plan_make(plan, &initcall_records_of_image);
	kunit_deactivate_static_stub(test, initcall_alloc);
	return err;
}

/*
 * Each allocation in turn. Without the first one the plan is left empty, which means
 * link order. The others are those of options and debugfs, which do without.
 */
static void __init faults_no_memory(struct kunit *test)
{
	struct initcall_plan plan, empty;
	int i, total;

	memset(&empty, 0, sizeof(empty));
	KUNIT_ASSERT_EQ(test, plan_with_failure(test, &plan, -1), 0);
	KUNIT_EXPECT_NOT_NULL(test, plan.graph.modules);
	initcall_plan_free(&plan);
	KUNIT_EXPECT_MEMEQ(test, &plan, &empty, sizeof(plan));
	total = nr_allocations;
	KUNIT_EXPECT_GE(test, total, IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS) ? 2 : 1);
	KUNIT_EXPECT_EQ(test, plan_with_failure(test, &plan, 0), -ENOMEM);
	KUNIT_EXPECT_EQ(test, nr_allocations, 1);
	KUNIT_EXPECT_MEMEQ(test, &plan, &empty, sizeof(plan));
	for (i = 1; i < total; i++) {
		KUNIT_EXPECT_EQ_MSG(test, plan_with_failure(test, &plan, i), 0, "%d", i);
		KUNIT_EXPECT_EQ(test, nr_allocations, total);
		KUNIT_EXPECT_EQ(test, plan.graph.nr_done, plan.graph.nr_nodes);
		KUNIT_EXPECT_TRUE(test, !plan.link || !plan.notes);
		initcall_plan_free(&plan);
		KUNIT_EXPECT_MEMEQ(test, &plan, &empty, sizeof(plan));
	}
}

/* @states: of the first edges; none of them may change the order. */
static void __init expect_no_effect(struct kunit *test, const char *states)
{
	static const char letters[] __initconst = "+-?D*";
	struct initcall_plan plan, without;
	char got[32] = "";
	u32 i, nr_records = bad.nr_records;

	bad.nr_records = 0;
	make_plan(test, &without);
	bad.nr_records = nr_records;
	make_plan(test, &plan);
	KUNIT_EXPECT_EQ(test, plan.graph.nr_edges, without.graph.nr_edges + strlen(states));
	for (i = 0; i < strlen(states) && i < plan.graph.nr_edges; i++)
		got[i] = letters[plan.graph.edges[i].state];
	KUNIT_EXPECT_STREQ(test, got, states);
	KUNIT_EXPECT_EQ(test, plan.graph.nr_moved, without.graph.nr_moved);
	KUNIT_EXPECT_MEMEQ(test, plan.graph.order, without.graph.order,
			   plan.graph.nr_nodes * sizeof(u32));
	initcall_plan_free(&plan);
	initcall_plan_free(&without);
}

static void __init faults_malformed(struct kunit *test)
{
	expect_no_effect(test, "");
	add_record(NULL, NULL);
	add_record(NULL, bad.other);
	add_record(bad.own, NULL);
	add_record(bad.own, bad.empty);
	add_record(bad.empty, bad.other);
	add_record(bad.empty, bad.empty);
	expect_no_effect(test, "");
	/* names that are empty */
	add_record(bad.blank, bad.other);
	add_record(bad.other, bad.blank);
	expect_no_effect(test, "--");
}

static void __init faults_names(struct kunit *test)
{
	add_record(bad.own, bad.own);
	add_record(bad.own, bad.unknown);
	add_record(bad.unknown, bad.own);
	add_record(bad.unknown, bad.unknown);
	expect_no_effect(test, "*---");
	add_record(bad.long_name, bad.own);
	add_record(bad.own, bad.long_name);
	add_record(bad.long_name, bad.long_name);
	add_record(bad.long_path, bad.own);
	add_record(bad.own, bad.long_path);
	expect_no_effect(test, "*--------");
}

static bool __init is_shuffled(void)
{
	return IS_ENABLED(CONFIG_INITCALL_DEPENDS_OPTIONS) && initcall_options_shuffle();
}

static void __init faults_duplicates(struct kunit *test)
{
	struct initcall_plan plan, once;
	u32 i;

	if (is_shuffled())
		kunit_skip(test, "needs link order");
	/* the initcall of this file is pulled before that of names_test.c at its level */
	add_record(bad.other, bad.own);
	make_plan(test, &once);
	for (i = 1; i < NR_DUPLICATES; i++)
		add_record(bad.other, bad.own);
	make_plan(test, &plan);
	KUNIT_EXPECT_EQ(test, plan.graph.nr_edges, once.graph.nr_edges + NR_DUPLICATES - 1);
	KUNIT_EXPECT_EQ(test, plan.graph.edges[NR_DUPLICATES - 1].state, INITCALL_EDGE_ACTIVE);
	KUNIT_EXPECT_GE(test, plan.graph.nr_moved, 1);
	KUNIT_EXPECT_EQ(test, plan.graph.nr_moved, once.graph.nr_moved);
	KUNIT_EXPECT_MEMEQ(test, plan.graph.order, once.graph.order,
			   plan.graph.nr_nodes * sizeof(u32));
	initcall_plan_free(&plan);
	initcall_plan_free(&once);
}

/* Both ways: every second one closes a cycle. */
static void __init faults_many_cycles(struct kunit *test)
{
	u32 i;

	if (is_shuffled())
		kunit_skip(test, "needs link order");
	for (i = 0; i < 10; i++) {
		add_record(bad.other, bad.own);
		add_record(bad.own, bad.other);
	}
	expect_no_effect(test, "*+*+*+*+*+*+*+*+*+*+");
}

/* Records of initcalls that are not there, and an initcall with several of them. */
static void __init faults_initcall_records(struct kunit *test)
{
	struct initcall_records records;
	struct initcall_plan plan = { };
	u32 i, known = 0;

	/* s390 would keep an initialiser in .data, with references to init data. */
	records.modules = bad.records;
	records.modules_end = &bad.records[11];
	records.depends = &bad.records[11];
	records.depends_end = &bad.records[13];
	records.strings = (const char *)&bad;
	records.strings_end = (const char *)(&bad + 1);
	add_record(NULL, NULL);
	add_record(bad.own, NULL);
	add_record(bad.empty, __initcall_start + 1);
	add_record(bad.long_name, __initcall_start + 2);
	add_record(bad.late, __initcall_start - 1);
	add_record(bad.late, __initcall_end);
	add_record(bad.late, bad.late);
	add_record(bad.own, __initcall_end - 1);
	add_record(bad.other, __initcall_end - 1);
	add_record(NULL, __initcall_start);
	add_record("drivers/base/dd", __initcall_start + 3);
	add_record(bad.own, bad.other);
	add_record(bad.own, bad.late);
	KUNIT_ASSERT_EQ(test, initcall_plan_make(&plan, &records), 0);
	KUNIT_ASSERT_GE(test, plan.graph.nr_edges, 2);
	/* the last record counts; the consumer is a module without an initcall */
	KUNIT_EXPECT_EQ(test, plan.graph.edges[0].state, INITCALL_EDGE_ACTIVE);
	KUNIT_EXPECT_EQ(test, plan.graph.edges[1].state, INITCALL_EDGE_ABSENT);
	for (i = 0; i < plan.graph.nr_nodes; i++)
		known += plan.graph.nodes[i].module == plan.graph.edges[0].prerequisite;
	KUNIT_EXPECT_EQ(test, known, 1);
	KUNIT_EXPECT_EQ(test, plan.graph.nodes[0].module, 0);
	KUNIT_EXPECT_NE(test, plan.graph.nodes[2].module, 0);
	KUNIT_EXPECT_EQ(test, plan.graph.nodes[3].module, 0);
	KUNIT_EXPECT_EQ(test, plan.graph.modules[plan.graph.edges[0].consumer].calls_left, 0);
	initcall_plan_free(&plan);
}

/* An image without any record */
static void __init faults_no_records(struct kunit *test)
{
	struct initcall_records records = { };
	struct initcall_plan plan = { };
	u32 i, known = 0;

	KUNIT_ASSERT_EQ(test, initcall_plan_make(&plan, &records), 0);
	KUNIT_EXPECT_EQ(test, plan.graph.nr_modules, 1);
	KUNIT_EXPECT_EQ(test, plan.graph.nr_moved, 0);
	for (i = 0; i < plan.graph.nr_nodes; i++)
		known += plan.graph.nodes[i].module != 0;
	KUNIT_EXPECT_EQ(test, known, 0);
	KUNIT_EXPECT_EQ(test, initcall_names_find(&plan.graph, "faults_test"), 0);
	initcall_plan_free(&plan);
}

/* More modules than a device can keep the number of: the records are not even read. */
static void __init faults_too_many(struct kunit *test)
{
	struct initcall_records records = { .modules = bad.records };
	struct initcall_plan plan = { };

	records.modules_end = records.modules + INITCALL_AMBIGUOUS;
	KUNIT_EXPECT_EQ(test, initcall_plan_make(&plan, &records), -ENOMEM);
	KUNIT_EXPECT_NULL(test, plan.graph.modules);
}

static struct kunit_case __refdata faults_cases[] = {
	KUNIT_CASE(faults_no_memory),
	KUNIT_CASE(faults_malformed),
	KUNIT_CASE(faults_names),
	KUNIT_CASE(faults_duplicates),
	KUNIT_CASE(faults_many_cycles),
	KUNIT_CASE(faults_initcall_records),
	KUNIT_CASE(faults_no_records),
	KUNIT_CASE(faults_too_many),
	{}
};

static struct kunit_suite __refdata faults_suite = {
	.name = "initcall_depends_faults",
	.init = init_malformed,
	.test_cases = faults_cases,
};

kunit_test_init_section_suite(faults_suite);
