// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the random order of initcalls: kernel/initcall_depends/shuffle.c
 */

#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/order.h"
#include "../../../kernel/initcall_depends/shuffle.h"
#include "calls.h"

#define MAX_NODES	64
#define MAX_EDGES	24
#define NR_MODULES	26

struct problem {
	struct initcall_node nodes[MAX_NODES];
	struct initcall_node shuffled[MAX_NODES];
	struct initcall_edge edges[MAX_EDGES];
	struct initcall_graph graph;
	u32 link[MAX_NODES];
	u32 scratch[MAX_NODES + NR_MODULES];
};

static struct problem * __init new_problem(struct kunit *test, const char *calls)
{
	struct problem *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->graph.nr_nodes = read_calls(calls, INITCALL_LEVEL_EARLY, p->nodes);
	p->graph.nodes = p->shuffled;
	p->graph.edges = p->edges;
	p->graph.nr_modules = NR_MODULES;
	return p;
}

static void __init shuffle(struct kunit *test, struct problem *p, u64 seed, u32 levels)
{
	struct initcall_options *options = kunit_kzalloc(test, sizeof(*options), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, options);
	KUNIT_ASSERT_LE(test, initcall_shuffle_scratch(&p->graph), sizeof(p->scratch));
	options->seed = seed;
	options->shuffle = levels;
	memcpy(p->shuffled, p->nodes, sizeof(p->nodes));
	memset(p->scratch, 0xa5, sizeof(p->scratch));
	initcall_shuffle(&p->graph, options, p->scratch, p->shuffled, p->link);
	kunit_kfree(test, options);
}

static void __init expect_calls(struct kunit *test, const char *calls, u64 seed, u32 levels,
				const char *wanted)
{
	struct problem *p = new_problem(test, calls);
	char got[MAX_NODES + 1] = "";
	u32 i;

	shuffle(test, p, seed, levels);
	for (i = 0; i < p->graph.nr_nodes; i++)
		got[i] = p->shuffled[i].module == INITCALL_NONE ? '.' : 'A' + p->shuffled[i].module;
	KUNIT_EXPECT_STREQ_MSG(test, got, wanted, "%s, %llu", calls, seed);
}

/* Worked out by another implementation; the same on every architecture. */
static void __init shuffle_known(struct kunit *test)
{
	expect_calls(test, "ABCDEFGHIJ", 0, ~0U, "BCFHAIEDJG");
	expect_calls(test, "ABCDEFGHIJ", 1, ~0U, "GEHCJBFAID");
	expect_calls(test, "ABCDEFGHIJ", U64_MAX, ~0U, "BHCFAJIEGD");
	expect_calls(test, "ABCDEF|GHIJ KLMNOPQ", 42, ~0U, "FDABECGHIJLPKQMON");
	expect_calls(test, "AABBCCDD.", 7, ~0U, "DCBAA.BCD");
}

static void __init shuffle_small(struct kunit *test)
{
	expect_calls(test, "", 1, ~0U, "");
	expect_calls(test, "A", 1, ~0U, "A");
	expect_calls(test, "A|B C|D", 1, ~0U, "ABCD");
	expect_calls(test, "ABCDEFGH", 1, 0, "ABCDEFGH");
}

static bool __init same_half(const struct initcall_node *a, const struct initcall_node *b)
{
	return a->level == b->level && a->sync == b->sync;
}

/* Who is where: each initcall once, in its half, and behind its elder siblings. */
static void __init expect_permutation(struct kunit *test, const struct problem *p)
{
	u32 i, last[NR_MODULES], module;
	u64 seen = 0;

	memset(last, 0, sizeof(last));
	for (i = 0; i < p->graph.nr_nodes; i++) {
		KUNIT_ASSERT_LT(test, p->link[i], p->graph.nr_nodes);
		KUNIT_EXPECT_FALSE(test, seen & (1ULL << p->link[i]));
		seen |= 1ULL << p->link[i];
		module = p->nodes[p->link[i]].module;
		KUNIT_EXPECT_EQ(test, module, p->shuffled[i].module);
		KUNIT_EXPECT_TRUE(test, same_half(&p->nodes[p->link[i]], &p->shuffled[i]));
		KUNIT_EXPECT_TRUE(test, same_half(&p->nodes[i], &p->shuffled[i]));
		if (module == INITCALL_NONE)
			continue;
		KUNIT_EXPECT_LE(test, last[module], p->link[i]);
		last[module] = p->link[i];
	}
}

static void __init shuffle_permutation(struct kunit *test)
{
	struct problem *p = new_problem(test, "AB.ACBDEFAG|HA.BAI BABCDJ|KA.ALA");
	u64 seed;

	for (seed = 0; seed < 1000; seed++) {
		shuffle(test, p, seed, ~0U);
		expect_permutation(test, p);
	}
}

/* The order of a level has nothing to do with which others are shuffled. */
static void __init shuffle_levels(struct kunit *test)
{
	struct problem *p = new_problem(test, "ABCDEFGH IJKLMN|OPQ RSTUVW");
	struct problem *all = new_problem(test, "ABCDEFGH IJKLMN|OPQ RSTUVW");
	u32 i, level;

	shuffle(test, all, 5, ~0U);
	for (level = 0; level < 3; level++) {
		shuffle(test, p, 5, 1U << level);
		for (i = 0; i < p->graph.nr_nodes; i++)
			KUNIT_EXPECT_EQ(test, p->link[i],
					p->nodes[i].level == level ? all->link[i] : i);
	}
}

static u32 __init number_of(const u32 *link, u32 count)
{
	u32 i, j, number = 0, smaller;

	for (i = 0; i < count; i++) {
		smaller = 0;
		for (j = i + 1; j < count; j++)
			smaller += link[j] < link[i];
		number = number * (count - i) + smaller;
	}
	return number;
}

/*
 * Each of the 24 orders of four initcalls comes about equally often: chi-square
 * with 23 degrees of freedom, which one in a million exceeds by chance. Seeds are
 * neighbours, as those are what people take.
 */
static void __init shuffle_uniform(struct kunit *test)
{
	struct problem *p = new_problem(test, "ABCD EFGH|IJKL");
	u32 i, half, expected = 500, count[3][24] = { };
	u64 seed, sum;

	for (seed = 0; seed < 24 * expected; seed++) {
		shuffle(test, p, seed, ~0U);
		for (half = 0; half < 3; half++)
			count[half][number_of(p->link + 4 * half, 4)]++;
	}
	for (half = 0; half < 3; half++) {
		for (sum = 0, i = 0; i < 24; i++)
			sum += ((s64)count[half][i] - expected) * ((s64)count[half][i] - expected);
		KUNIT_EXPECT_LT_MSG(test, sum, 72 * expected, "half %u", half);
		KUNIT_EXPECT_GT_MSG(test, sum, 5 * expected, "half %u", half);
	}
}

static u32 __init place_of(const struct problem *p, const u32 *order, u32 node)
{
	u32 i;

	for (i = 0; i < p->graph.nr_nodes; i++)
		if (p->link[order[i]] == node)
			break;
	return i;
}

static void __init expect_edges(struct kunit *test, const struct problem *p, const u32 *order)
{
	const struct initcall_edge *edge;
	u32 i, j, e;

	for (e = 0; e < p->graph.nr_edges; e++) {
		edge = &p->edges[e];
		for (i = 0; i < p->graph.nr_nodes; i++)
			for (j = 0; j < p->graph.nr_nodes; j++)
				if (p->nodes[i].module == edge->consumer &&
				    p->nodes[j].module == edge->prerequisite &&
				    p->nodes[i].level >= p->nodes[j].level)
					KUNIT_EXPECT_GT(test, place_of(p, order, i),
							place_of(p, order, j));
	}
}

/* Edges that lead from a later letter to an earlier one form no cycle. */
static void __init shuffle_edges(struct kunit *test)
{
	struct problem *p = new_problem(test, "ABCDEFGHIJ KLMNOPQ|RSTU VWXYZ");
	void *scratch;
	struct rnd_state rnd;
	u32 order[MAX_NODES], i;
	u64 seed;

	p->graph.nr_edges = MAX_EDGES;
	scratch = kunit_kzalloc(test, initcall_order_scratch(&p->graph), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, scratch);
	prandom_seed_state(&rnd, 3);
	for (seed = 0; seed < 100; seed++) {
		for (i = 0; i < MAX_EDGES; i++) {
			p->edges[i].consumer = 1 + prandom_u32_state(&rnd) % (NR_MODULES - 1);
			p->edges[i].prerequisite = prandom_u32_state(&rnd) % p->edges[i].consumer;
			p->edges[i].state = INITCALL_EDGE_ORDERED;
		}
		shuffle(test, p, seed, ~0U);
		initcall_order(&p->graph, scratch, order);
		expect_edges(test, p, order);
	}
}

static struct kunit_case __refdata shuffle_cases[] = {
	KUNIT_CASE(shuffle_known),
	KUNIT_CASE(shuffle_small),
	KUNIT_CASE(shuffle_permutation),
	KUNIT_CASE(shuffle_levels),
	KUNIT_CASE(shuffle_uniform),
	KUNIT_CASE(shuffle_edges),
	{}
};

static struct kunit_suite shuffle_suite = {
	.name = "initcall_depends_shuffle",
	.test_cases = shuffle_cases,
};

kunit_test_init_section_suite(shuffle_suite);
