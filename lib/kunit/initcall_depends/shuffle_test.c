// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the random order of initcalls: kernel/initcall_depends/shuffle.c
 */

#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/options.h"

#define MAX_NODES	64
#define MAX_EDGES	24
#define NR_MODULES	27

/*
 * @linked and @link are by place: what was linked there, and what is there now
 */
struct problem {
	struct initcall_node linked[MAX_NODES];
	struct initcall_node nodes[MAX_NODES];
	struct initcall_edge edges[MAX_EDGES];
	struct initcall_graph graph;
	u32 link[MAX_NODES];
	u32 order[MAX_NODES];
	u32 sorted[NR_MODULES];
	struct initcall_search search[NR_MODULES + 1];
	struct initcall_link needs[MAX_EDGES];
	struct initcall_link needed[MAX_EDGES];
};

/*
 * @calls: one letter for each initcall in link order: the module. A blank goes
 * to the next level, a bar to the _sync half of this one, '.' has no module.
 */
static struct problem * __init new_problem(struct kunit *test, const char *calls)
{
	struct problem *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	struct initcall_node node = { .before = INITCALL_NONE, .level = INITCALL_PURE };

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->graph = (struct initcall_graph) {
		.nodes = p->nodes,
		.edges = p->edges,
		.order = p->order,
		.sorted = p->sorted,
		.search = p->search,
		.needs = p->needs,
		.needed = p->needed,
		.nr_modules = NR_MODULES,
	};
	for (; *calls; calls++) {
		if (*calls == '|') {
			node.level = INITCALL_PURE_SYNC + (node.level - INITCALL_PURE) / 2 * 2;
		} else if (*calls == ' ') {
			node.level = INITCALL_CORE + (node.level - INITCALL_PURE) / 2 * 2;
		} else {
			node.module = *calls == '.' ? 0 : *calls - 'A' + 1;
			p->linked[p->graph.nr_nodes++] = node;
		}
	}
	return p;
}

static void __init shuffle(struct problem *p, u64 seed, u32 bases)
{
	memcpy(p->nodes, p->linked, sizeof(p->nodes));
	memset(p->link, 0xa5, sizeof(p->link));
	initcall_shuffle(&p->graph, bases, seed, p->link);
}

static void __init expect_calls(struct kunit *test, const char *calls, u64 seed, u32 bases,
				const char *wanted)
{
	struct problem *p = new_problem(test, calls);
	char got[MAX_NODES + 1] = "";
	u32 i;

	shuffle(p, seed, bases);
	for (i = 0; i < p->graph.nr_nodes; i++)
		got[i] = p->nodes[i].module ? 'A' + p->nodes[i].module - 1 : '.';
	KUNIT_EXPECT_STREQ_MSG(test, got, wanted, "%s, %llu", calls, seed);
}

/* Worked out by another implementation; the same on every architecture. */
static void __init shuffle_known(struct kunit *test)
{
	expect_calls(test, "ABCDEFGHIJ", 0, ~0U, "DGEHJFCBIA");
	expect_calls(test, "ABCDEFGHIJ", 1, ~0U, "EDAICFBHGJ");
	expect_calls(test, "ABCDEFGHIJ", U64_MAX, ~0U, "HJGFABICDE");
	expect_calls(test, "ABCDEF|GHIJ KLMNOPQ", 42, ~0U, "CBAEDFJGIHNPMKOLQ");
	expect_calls(test, "AABBCCDD.", 7, ~0U, "CB.ADCADB");
}

static void __init shuffle_small(struct kunit *test)
{
	expect_calls(test, "", 1, ~0U, "");
	expect_calls(test, "A", 1, ~0U, "A");
	expect_calls(test, "A|B C|D", 1, ~0U, "ABCD");
	expect_calls(test, "ABCDEFGH", 1, 0, "ABCDEFGH");
}

/* Each initcall is there once, at its level, and after its elder siblings. */
static void __init expect_permutation(struct kunit *test, const struct problem *p)
{
	u32 i, last[NR_MODULES] = { }, module;
	u64 seen = 0;

	for (i = 0; i < p->graph.nr_nodes; i++) {
		KUNIT_ASSERT_LT(test, p->link[i], p->graph.nr_nodes);
		KUNIT_EXPECT_FALSE(test, seen & (1ULL << p->link[i]));
		seen |= 1ULL << p->link[i];
		module = p->linked[p->link[i]].module;
		KUNIT_EXPECT_EQ(test, module, p->nodes[i].module);
		KUNIT_EXPECT_EQ(test, p->linked[p->link[i]].level, p->nodes[i].level);
		KUNIT_EXPECT_EQ(test, p->linked[i].level, p->nodes[i].level);
		if (!module)
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
		shuffle(p, seed, ~0U);
		expect_permutation(test, p);
	}
}

/* The order of a level does not depend on which others are shuffled. */
static void __init shuffle_levels(struct kunit *test)
{
	struct problem *p = new_problem(test, "ABCDEFGH IJKLMN|OPQ RSTUVW");
	struct problem *all = new_problem(test, "ABCDEFGH IJKLMN|OPQ RSTUVW");
	u32 i, level, bit;

	shuffle(all, 5, INITCALL_ALL_BASES);
	for (level = INITCALL_PURE; level <= INITCALL_POSTCORE; level += 2) {
		bit = initcall_base_bit(level);
		shuffle(p, 5, bit);
		for (i = 0; i < p->graph.nr_nodes; i++)
			KUNIT_EXPECT_EQ(test, p->link[i],
					initcall_base_bit(p->nodes[i].level) == bit ?
					all->link[i] : i);
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
		shuffle(p, seed, ~0U);
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

static u32 __init place_of(const struct problem *p, u32 node)
{
	u32 i;

	for (i = 0; i < p->graph.nr_nodes; i++)
		if (p->link[p->order[i]] == node)
			break;
	return i;
}

static void __init expect_edge(struct kunit *test, const struct problem *p,
			       const struct initcall_edge *edge)
{
	u32 i, j;

	KUNIT_EXPECT_EQ(test, edge->state, INITCALL_EDGE_ACTIVE);
	for (i = 0; i < p->graph.nr_nodes; i++)
		for (j = 0; j < p->graph.nr_nodes; j++)
			if (p->linked[i].module == edge->consumer &&
			    p->linked[j].module == edge->prerequisite &&
			    p->linked[i].level >= p->linked[j].level)
				KUNIT_EXPECT_GT(test, place_of(p, i), place_of(p, j));
}

/* Edges from a later letter to an earlier one form no cycle. */
static void __init shuffle_edges(struct kunit *test)
{
	struct problem *p = new_problem(test, "ABCDEFGHIJABC KLMNOPQAK|RSTU VWXYZBL");
	struct rnd_state rnd;
	u64 seed;
	u32 i;

	prandom_seed_state(&rnd, 3);
	for (seed = 0; seed < 100; seed++) {
		for (i = 0; i < MAX_EDGES; i++) {
			p->edges[i] = (struct initcall_edge) { };
			p->edges[i].consumer = 2 + prandom_u32_state(&rnd) % (NR_MODULES - 2);
			p->edges[i].prerequisite =
				1 + prandom_u32_state(&rnd) % (p->edges[i].consumer - 1);
		}
		p->graph.nr_edges = MAX_EDGES;
		p->graph.nr_done = 0;
		p->graph.nr_sorted = 0;
		shuffle(p, seed, ~0U);
		initcall_order(&p->graph);
		KUNIT_ASSERT_EQ(test, p->graph.nr_done, p->graph.nr_nodes);
		for (i = 0; i < MAX_EDGES; i++)
			expect_edge(test, p, &p->edges[i]);
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
