// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what goes wrong: no memory, and records that make no sense
 */

#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/internal.h"

#define LONG_NAME	10000
#define NR_DUPLICATES	10000
#define NR_RECORDS	(NR_DUPLICATES + 16)

/* In one piece, since references in records may be relative and 32 bits wide. */
struct malformed {
	struct initcall_depends_record records[NR_RECORDS];
	u32 nr_records;
	char empty[1];
	char first[32];
	char second[32];
	char long_name[LONG_NAME + 1];
};

/* Allocations that still succeed before one fails, and how many there were. */
static int before_failure;
static int nr_allocations;

static void *failing_alloc(size_t count, size_t size)
{
	nr_allocations++;
	return before_failure-- ? kvcalloc(count, size, GFP_KERNEL) : NULL;
}

/* What allocates most. */
static struct initcall_options options __initdata = {
	.shuffle = INITCALL_ALL_LEVELS,
	.nr_edges = 1,
	.edges = { { "drivers/base/dd", "faults_test" } },
};

static int __init plan_with_failure(struct kunit *test, struct initcall_plan *plan, int allocation)
{
	struct initcall_records records;
	int err;

	memset(plan, 0, sizeof(*plan));
	initcall_records_of_image(&records);
	before_failure = allocation;
	nr_allocations = 0;
	kunit_activate_static_stub(test, initcall_alloc, failing_alloc);
	err = initcall_plan_make(plan, &records, &options);
	kunit_deactivate_static_stub(test, initcall_alloc);
	return err;
}

/* Each allocation in turn: what is left is an empty plan, which means link order. */
static void __init faults_no_memory(struct kunit *test)
{
	struct initcall_plan *plan = kunit_kzalloc(test, sizeof(*plan), GFP_KERNEL);
	struct initcall_plan *empty = kunit_kzalloc(test, sizeof(*empty), GFP_KERNEL);
	int i, total;

	KUNIT_ASSERT_NOT_NULL(test, plan);
	KUNIT_ASSERT_NOT_NULL(test, empty);
	KUNIT_ASSERT_EQ(test, 0, plan_with_failure(test, plan, -1));
	KUNIT_EXPECT_NOT_NULL(test, plan->order);
	initcall_graph_free(plan);
	total = nr_allocations;
	KUNIT_EXPECT_GT(test, total, 5);
	for (i = 0; i < total; i++) {
		KUNIT_EXPECT_EQ_MSG(test, -ENOMEM, plan_with_failure(test, plan, i), "%d", i);
		KUNIT_EXPECT_MEMEQ(test, plan, empty, sizeof(*plan));
	}
}

static void add_record(struct malformed *bad, const char *consumer, const char *prerequisite)
{
	struct initcall_depends_record *record = &bad->records[bad->nr_records++];

	initcall_record_refer(&record->consumer, consumer);
	initcall_record_refer(&record->prerequisite, prerequisite);
}

static void free_malformed(void *bad)
{
	kvfree(bad);
}

static struct malformed *new_malformed(struct kunit *test)
{
	struct malformed *bad = kvzalloc(sizeof(*bad), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bad);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_malformed, bad));
	strscpy(bad->first, "some_consumer");
	strscpy(bad->second, "some_prerequisite");
	memset(bad->long_name, 'x', LONG_NAME);
	return bad;
}

/* Nothing of it may change the order, and each is told or has no effect. */
static void __init expect_link_order(struct kunit *test, struct malformed *bad, u32 nr_edges,
				     u32 state)
{
	static struct initcall_options none __initdata;
	struct initcall_records records;
	struct initcall_plan plan = {};
	u32 i, moved = 0;

	initcall_records_of_image(&records);
	records.depends = bad->records;
	records.nr_depends = bad->nr_records;
	KUNIT_ASSERT_EQ(test, 0, initcall_plan_make(&plan, &records, &none));
	KUNIT_EXPECT_EQ(test, plan.graph.nr_edges, nr_edges);
	if (nr_edges)
		KUNIT_EXPECT_EQ(test, plan.graph.edges[nr_edges - 1].state, state);
	for (i = 0; i < plan.graph.nr_nodes; i++)
		moved += plan.order[i] != i;
	KUNIT_EXPECT_EQ(test, moved, 0);
	initcall_graph_free(&plan);
}

static void __init faults_malformed(struct kunit *test)
{
	struct malformed *bad = new_malformed(test);

	add_record(bad, NULL, NULL);
	add_record(bad, NULL, bad->second);
	add_record(bad, bad->first, NULL);
	add_record(bad, bad->first, bad->empty);
	add_record(bad, bad->empty, bad->second);
	expect_link_order(test, bad, 0, 0);
	add_record(bad, bad->first, bad->first);
	add_record(bad, bad->long_name, bad->second);
	add_record(bad, bad->first, bad->long_name);
	add_record(bad, bad->long_name, bad->long_name);
	expect_link_order(test, bad, 4, INITCALL_EDGE_CYCLIC);
}

static void __init faults_duplicates(struct kunit *test)
{
	struct malformed *bad = new_malformed(test);
	int i;

	/* two of our own with an initcall, which link order has this way round already */
	strscpy(bad->first, "boot_test_supplier");
	strscpy(bad->second, "boot_test");
	for (i = 0; i < NR_DUPLICATES; i++) {
		add_record(bad, bad->first, bad->second);
		bad->records[i].dir = KBUILD_MODDIR_ID & 0xffff;
	}
	expect_link_order(test, bad, NR_DUPLICATES, INITCALL_EDGE_ORDERED);
}

static struct kunit_case __refdata faults_cases[] = {
	KUNIT_CASE(faults_no_memory),
	KUNIT_CASE(faults_malformed),
	KUNIT_CASE(faults_duplicates),
	{}
};

static struct kunit_suite faults_suite = {
	.name = "initcall_depends_faults",
	.test_cases = faults_cases,
};

kunit_test_init_section_suite(faults_suite);
