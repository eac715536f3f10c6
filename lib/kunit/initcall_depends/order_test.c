// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the order of initcalls: kernel/initcall_depends/order.c
 *
 * A test writes down initcalls in link order, one letter a module, and edges
 * as pairs of letters, and compares the order with a string.
 */

#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/moves.h"
#include "../../../kernel/initcall_depends/order.h"
#include "calls.h"

#define MAX_SMALL	64

struct problem {
	struct initcall_node nodes[MAX_SMALL];
	struct initcall_edge edges[MAX_SMALL];
	struct initcall_graph graph;
	u32 order[MAX_SMALL];
};

KUNIT_DEFINE_ACTION_WRAPPER(free_action, kvfree, const void *);

static void *alloc(struct kunit *test, size_t count, size_t size)
{
	void *p = kvcalloc(count, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_action, p));
	return p;
}

/* What was in the scratch memory must not matter, and what lies behind it is not ours. */
static void __init run_order_on(struct kunit *test, const struct initcall_graph *graph,
				u32 *order, u8 poison)
{
	size_t size = initcall_order_scratch(graph);
	u8 *scratch = alloc(test, size + 64, 1);

	memset(scratch, poison, size + 64);
	initcall_order(graph, scratch, order);
	KUNIT_EXPECT_NULL(test, memchr_inv(scratch + size, poison, 64));
	kunit_release_action(test, free_action, scratch);
}

static void __init run_order(struct kunit *test, const struct initcall_graph *graph, u32 *order)
{
	run_order_on(test, graph, order, 0xa5);
}

/* @edges: "AB CD": A needs B, C needs D */
static struct problem * __init new_problem(struct kunit *test, const char *calls, const char *edges)
{
	struct problem *p = alloc(test, 1, sizeof(*p));

	p->graph.nodes = p->nodes;
	p->graph.edges = p->edges;
	p->graph.nr_modules = 'z' - 'A' + 1;
	p->graph.nr_nodes = read_calls(calls, INITCALL_LEVEL_SUBSYS, p->nodes);
	for (; *edges; edges += edges[2] ? 3 : 2)
		p->edges[p->graph.nr_edges++] = (struct initcall_edge) {
			.consumer = edges[0] - 'A',
			.prerequisite = edges[1] - 'A',
			.state = INITCALL_EDGE_ORDERED,
		};
	return p;
}

static struct problem * __init expect_order(struct kunit *test, const char *calls,
					    const char *edges, const char *wanted)
{
	struct problem *p = new_problem(test, calls, edges);
	char got[MAX_SMALL + 1] = "";
	u32 i, module;

	run_order(test, &p->graph, p->order);
	for (i = 0; i < p->graph.nr_nodes; i++) {
		module = p->nodes[p->order[i]].module;
		got[i] = module == INITCALL_NONE ? '.' : 'A' + module;
	}
	KUNIT_EXPECT_STREQ_MSG(test, got, wanted, "%s with %s", calls, edges);
	return p;
}

static void __init order_empty(struct kunit *test)
{
	expect_order(test, "", "", "");
	expect_order(test, "", "AB", "");
	expect_order(test, "ABC", "", "ABC");
}

static void __init order_chain(struct kunit *test)
{
	/* tpm_crb, tpm_crb_ffa, ffa_module, as they are linked */
	expect_order(test, "xABCy", "AB BC", "xCBAy");
	expect_order(test, "xABCy", "BC AB", "xCBAy");
	expect_order(test, "ABCDE", "AE", "EABCD");
	expect_order(test, "ABCDE", "EA", "ABCDE");
}

static void __init order_diamond(struct kunit *test)
{
	expect_order(test, "ABCDE", "AB AC BD CD", "DBCAE");
	expect_order(test, "ADCB", "AB AC BD CD", "DCBA");
}

static void __init order_several_edges(struct kunit *test)
{
	/* what is needed keeps its own order, whatever order it is asked for in */
	expect_order(test, "ABCDE", "AE AC AD", "CDEAB");
	expect_order(test, "ABCDEF", "AD BD CD", "DABCEF");
	expect_order(test, "ABCDEF", "AF CE", "FABECD");
}

static void __init order_duplicates(struct kunit *test)
{
	expect_order(test, "ABC", "AC AC AC AC", "CAB");
	expect_order(test, "ABC", "AA BB", "ABC");
}

static void __init order_unknown(struct kunit *test)
{
	struct problem *p = expect_order(test, "AB", "AZ ZB AB", "BA");

	KUNIT_EXPECT_EQ(test, p->edges[0].state, INITCALL_EDGE_ABSENT);
	KUNIT_EXPECT_EQ(test, p->edges[1].state, INITCALL_EDGE_ABSENT);
	KUNIT_EXPECT_EQ(test, p->edges[2].state, INITCALL_EDGE_ORDERED);
	expect_order(test, "A.B.", "AB", "BA..");
}

static void __init order_skips_other_states(struct kunit *test)
{
	struct problem *p = new_problem(test, "ABC", "AB BC");

	p->edges[0].state = INITCALL_EDGE_DROPPED;
	p->edges[0].consumer = INITCALL_NONE;
	p->edges[1].state = INITCALL_EDGE_AMBIGUOUS;
	run_order(test, &p->graph, p->order);
	KUNIT_EXPECT_EQ(test, p->order[0], 0);
	KUNIT_EXPECT_EQ(test, p->order[1], 1);
	KUNIT_EXPECT_EQ(test, p->edges[0].state, INITCALL_EDGE_DROPPED);
	KUNIT_EXPECT_EQ(test, p->edges[1].state, INITCALL_EDGE_AMBIGUOUS);
}

static void __init order_levels(struct kunit *test)
{
	struct problem *p;

	/* nobody leaves its level, and an earlier level is early enough */
	p = expect_order(test, "AB CD", "CA DB", "ABCD");
	KUNIT_EXPECT_EQ(test, p->edges[0].state, INITCALL_EDGE_ORDERED);
	/* i2c_imx at subsys, clk_imx8mp at device */
	p = expect_order(test, "AB CD", "AC", "ABCD");
	KUNIT_EXPECT_EQ(test, p->edges[0].state, INITCALL_EDGE_RETRY);
	p = expect_order(test, "A|B C", "AC BC", "ABC");
	KUNIT_EXPECT_EQ(test, p->edges[1].state, INITCALL_EDGE_RETRY);
}

static void __init order_multi(struct kunit *test)
{
	struct problem *p;

	/* all initcalls of the prerequisite, before the first of the consumer */
	expect_order(test, "ABABC", "AB", "BBAAC");
	/* only at levels that both have: lsm_init and dd */
	p = expect_order(test, "AxA AxB", "AB", "AxABAx");
	KUNIT_EXPECT_EQ(test, p->edges[0].state, INITCALL_EDGE_ORDERED);
	/* one pair counts: later initcalls of the prerequisite do not matter */
	p = expect_order(test, "AB B", "AB", "BAB");
	KUNIT_EXPECT_EQ(test, p->edges[0].state, INITCALL_EDGE_ORDERED);
	/* both at two levels */
	expect_order(test, "AB AB", "AB", "BABA");
	/* what is pulled is pulled whole */
	expect_order(test, "ABCA", "BC BA", "AACB");
}

static void __init order_held_back(struct kunit *test)
{
	struct problem *p;

	/* ffa_module behind finalize_pkvm, and who depends on it */
	p = expect_order(test, "ABCKxy|zKw", "AB BC CK", "KxyzKCBAw");
	KUNIT_EXPECT_EQ(test, p->edges[2].state, INITCALL_EDGE_HELD);
	KUNIT_EXPECT_EQ(test, p->edges[0].state, INITCALL_EDGE_HELD);
	/* what holds nobody back is still pulled forward */
	p = expect_order(test, "ABC|S", "AS AC BC", "CBSA");
	KUNIT_EXPECT_EQ(test, p->edges[0].state, INITCALL_EDGE_HELD);
	KUNIT_EXPECT_EQ(test, p->edges[1].state, INITCALL_EDGE_ORDERED);
	/* behind the last one that is needed, in link order */
	expect_order(test, "ABCD|STU", "AT CS DT", "BSCTADU");
	/* inside the _sync half order is as anywhere */
	expect_order(test, "AB|STU", "ST AS", "BTSAU");
	/* a _sync initcall that needs one that is held back */
	expect_order(test, "AB|STU", "AT SA", "BTASU");
	/* siblings stay in link order: main half, then _sync half */
	p = new_problem(test, "A|AS", "AS");
	run_order(test, &p->graph, p->order);
	KUNIT_EXPECT_EQ(test, p->order[0], 2);
	KUNIT_EXPECT_EQ(test, p->order[1], 0);
	KUNIT_EXPECT_EQ(test, p->order[2], 1);
	/* not across levels: it has run by then */
	expect_order(test, "A|S B", "BS", "ASB");
}

static void __init order_cycle(struct kunit *test)
{
	struct problem *p;

	p = expect_order(test, "A", "AA", "A");
	KUNIT_EXPECT_EQ(test, p->edges[0].cycle, 0);
	/* broken where link order already was, the rest of it kept */
	p = expect_order(test, "xABy", "AB BA", "xABy");
	KUNIT_EXPECT_EQ(test, p->edges[0].state, INITCALL_EDGE_CYCLIC);
	KUNIT_EXPECT_EQ(test, p->edges[1].state, INITCALL_EDGE_ORDERED);
	KUNIT_EXPECT_EQ(test, p->edges[0].cycle, 1);
	KUNIT_EXPECT_EQ(test, p->edges[1].cycle, 1);
	/* two cycles, and bystanders between and behind them, that are not hit */
	p = expect_order(test, "ABCDEF", "AB BA BE EC CD DC FD", "ACEBDF");
	KUNIT_EXPECT_EQ(test, p->edges[0].cycle, 1);
	KUNIT_EXPECT_EQ(test, p->edges[2].cycle, 0);
	KUNIT_EXPECT_EQ(test, p->edges[2].state, INITCALL_EDGE_ORDERED);
	KUNIT_EXPECT_EQ(test, p->edges[4].cycle, 2);
	KUNIT_EXPECT_EQ(test, p->edges[6].cycle, 0);
	/* a circle at two levels is one cycle */
	p = expect_order(test, "AB ABC", "AB BA BC CA", "ABABC");
	KUNIT_EXPECT_EQ(test, p->edges[0].cycle, 1);
	KUNIT_EXPECT_EQ(test, p->edges[1].cycle, 1);
	KUNIT_EXPECT_EQ(test, p->edges[2].cycle, 1);
	KUNIT_EXPECT_EQ(test, p->edges[3].cycle, 1);
	/* a cycle through the _sync half */
	p = expect_order(test, "AB|S", "AS SA", "ABS");
	KUNIT_EXPECT_EQ(test, p->edges[0].state, INITCALL_EDGE_CYCLIC);
	KUNIT_EXPECT_EQ(test, p->edges[1].state, INITCALL_EDGE_ORDERED);
}

static void __init order_cycle_of_50(struct kunit *test)
{
	char calls[51] = "", edges[151] = "";
	struct problem *p;
	int i;

	for (i = 0; i < 50; i++) {
		calls[i] = 'A' + i;
		edges[3 * i] = 'A' + i;
		edges[3 * i + 1] = 'A' + (i + 1) % 50;
		edges[3 * i + 2] = i == 49 ? '\0' : ' ';
	}
	p = expect_order(test, calls, edges, calls);
	for (i = 0; i < 50; i++) {
		KUNIT_EXPECT_EQ(test, p->edges[i].cycle, 1);
		KUNIT_EXPECT_EQ(test, p->edges[i].state,
				i == 49 ? INITCALL_EDGE_ORDERED : INITCALL_EDGE_CYCLIC);
	}
}

/* A search that recursed would need megabytes of stack here, and crash. */
static void __init order_long_chain(struct kunit *test)
{
	const u32 nr = 100000;
	struct initcall_graph graph = { .nr_nodes = nr, .nr_edges = nr - 1, .nr_modules = nr };
	struct initcall_node *nodes = alloc(test, nr, sizeof(*nodes));
	struct initcall_edge *edges = alloc(test, nr, sizeof(*edges));
	u32 *order = alloc(test, nr, sizeof(*order));
	u32 i, wrong = 0;

	for (i = 0; i < nr; i++) {
		nodes[i] = (struct initcall_node) { .module = i, .level = INITCALL_LEVEL_DEVICE };
		edges[i] = (struct initcall_edge) {
			.consumer = i, .prerequisite = i + 1, .state = INITCALL_EDGE_ORDERED,
		};
	}
	graph.nodes = nodes;
	graph.edges = edges;
	run_order(test, &graph, order);
	for (i = 0; i < nr; i++)
		wrong += order[i] != nr - 1 - i;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	/* and closed to a circle of 100,000 */
	graph.nr_edges = nr;
	edges[nr - 1].prerequisite = 0;
	run_order(test, &graph, order);
	for (i = 0; i < nr; i++)
		wrong += order[i] != i;
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/*
 * The plain reference: what order.c defines, by matrices and recursion, on graphs
 * so small that this does not matter.
 */
#define REF_MODULES	10
#define REF_NODES	30

struct reference {
	const struct initcall_graph *graph;
	bool needs[REF_MODULES][REF_MODULES];
	bool reaches[REF_MODULES][REF_MODULES];
	bool done[REF_NODES];
	u32 order[REF_NODES];
	u32 nr_done;
	u32 from;
	u32 to;
};

static bool __init ref_present(const struct reference *ref, u32 module)
{
	u32 i;

	for (i = ref->from; i < ref->to; i++)
		if (ref->graph->nodes[i].module == module)
			return true;
	return false;
}

static void __init ref_close(struct reference *ref)
{
	u32 a, b, c;

	memcpy(ref->reaches, ref->needs, sizeof(ref->reaches));
	for (b = 0; b < REF_MODULES; b++)
		for (a = 0; a < REF_MODULES; a++)
			for (c = 0; c < REF_MODULES; c++)
				ref->reaches[a][c] |= ref->reaches[a][b] && ref->reaches[b][c];
}

static u32 __init ref_first(const struct reference *ref, u32 module)
{
	u32 i;

	for (i = ref->from; ref->graph->nodes[i].module != module; i++)
		;
	return i;
}

static u32 __init ref_last(const struct reference *ref, u32 module)
{
	u32 i;

	for (i = ref->to - 1; ref->graph->nodes[i].module != module; i--)
		;
	return i;
}

static void __init ref_read(struct reference *ref)
{
	bool ignored[REF_MODULES][REF_MODULES] = {};
	u32 i, a, b;

	memset(ref->needs, 0, sizeof(ref->needs));
	for (i = 0; i < ref->graph->nr_edges; i++) {
		a = ref->graph->edges[i].consumer;
		b = ref->graph->edges[i].prerequisite;
		if (a != b && ref_present(ref, a) && ref_present(ref, b))
			ref->needs[a][b] = true;
	}
	ref_close(ref);
	for (a = 0; a < REF_MODULES; a++)
		for (b = 0; b < REF_MODULES; b++)
			ignored[a][b] = ref->needs[a][b] && ref->reaches[b][a] &&
					ref_last(ref, b) > ref_first(ref, a);
	for (a = 0; a < REF_MODULES; a++)
		for (b = 0; b < REF_MODULES; b++)
			ref->needs[a][b] &= !ignored[a][b];
	ref_close(ref);
}

static void __init ref_run_module(struct reference *ref, u32 module);

static void __init ref_run_needed(struct reference *ref, u32 module)
{
	bool seen[REF_MODULES] = {};
	u32 i, needed;

	for (i = ref->from; i < ref->to; i++) {
		needed = ref->graph->nodes[i].module;
		if (ref->needs[module][needed] && !seen[needed])
			ref_run_module(ref, needed);
		seen[needed] = true;
	}
}

static void __init ref_run_node(struct reference *ref, u32 node)
{
	if (!ref->done[node])
		ref->order[ref->nr_done++] = node;
	ref->done[node] = true;
}

static void __init ref_run_module(struct reference *ref, u32 module)
{
	u32 i;

	ref_run_needed(ref, module);
	for (i = ref->from; i < ref->to; i++)
		if (ref->graph->nodes[i].module == module)
			ref_run_node(ref, i);
}

/* Behind which _sync initcall it has to wait, or 0: none is the first of all. */
static u32 __init ref_anchor(const struct reference *ref, u32 node)
{
	const struct initcall_node *nodes = ref->graph->nodes;
	u32 i, anchor = 0;

	for (i = ref->from; i < ref->to && !nodes[node].sync; i++)
		if (nodes[i].sync && ref->reaches[nodes[node].module][nodes[i].module])
			anchor = i;
	return anchor;
}

static void __init ref_run_one(struct reference *ref, u32 node)
{
	u32 i, module = ref->graph->nodes[node].module;

	ref_run_needed(ref, module);
	for (i = ref->from; i <= node; i++)
		if (ref->graph->nodes[i].module == module)
			ref_run_node(ref, i);
}

static void __init ref_run_at(struct reference *ref, u32 place)
{
	u32 i;

	if (!ref_anchor(ref, place))
		ref_run_one(ref, place);
	for (i = ref->from; i < ref->to; i++)
		if (ref_anchor(ref, i) && ref_anchor(ref, i) == place)
			ref_run_one(ref, i);
}

static void __init ref_run(struct reference *ref)
{
	u32 i;

	for (ref->from = 0; ref->from < ref->graph->nr_nodes; ref->from = ref->to) {
		for (ref->to = ref->from; ref->to < ref->graph->nr_nodes; ref->to++)
			if (ref->graph->nodes[ref->to].level != ref->graph->nodes[ref->from].level)
				break;
		ref_read(ref);
		for (i = ref->from; i < ref->to; i++)
			ref_run_at(ref, i);
	}
}

static void __init random_problem(struct problem *p, struct rnd_state *rnd)
{
	struct initcall_node node = { .level = INITCALL_LEVEL_ARCH };
	u32 i, dense = prandom_u32_state(rnd) % 3;

	p->graph = (struct initcall_graph) {
		.nodes = p->nodes, .edges = p->edges, .nr_modules = REF_MODULES,
		.nr_nodes = prandom_u32_state(rnd) % REF_NODES + 1,
		.nr_edges = prandom_u32_state(rnd) % (dense ? 8 * dense : 4),
	};
	for (i = 0; i < p->graph.nr_nodes; i++) {
		if (prandom_u32_state(rnd) % 20 == 0) {
			node.level++;
			node.sync = false;
		}
		node.sync |= prandom_u32_state(rnd) % 8 == 0;
		node.module = prandom_u32_state(rnd) % REF_MODULES;
		p->nodes[i] = node;
	}
	for (i = 0; i < p->graph.nr_edges; i++)
		p->edges[i] = (struct initcall_edge) {
			.consumer = prandom_u32_state(rnd) % REF_MODULES,
			.prerequisite = prandom_u32_state(rnd) % REF_MODULES,
			.state = INITCALL_EDGE_ORDERED,
		};
}

/*
 * Independent of how it is done: is @a, before @b in the order, where it should
 * not be? Levels hold, siblings keep link order, edges that count are honoured.
 */
static bool __init wrong_pair(const struct problem *p, u32 a, u32 b)
{
	const struct initcall_node *first = &p->nodes[a], *then = &p->nodes[b];
	const struct initcall_edge *edge;

	if (first->level != then->level)
		return first->level > then->level;
	if (first->module == then->module)
		return a > b;
	for (edge = p->edges; edge < p->edges + p->graph.nr_edges; edge++)
		if (edge->consumer == first->module && edge->prerequisite == then->module &&
		    edge->state != INITCALL_EDGE_CYCLIC)
			return true;
	return false;
}

static u32 __init wrong_pairs(const struct problem *p)
{
	u32 i, j, wrong = 0;

	for (i = 0; i < p->graph.nr_nodes; i++)
		for (j = i + 1; j < p->graph.nr_nodes; j++)
			wrong += wrong_pair(p, p->order[i], p->order[j]);
	return wrong;
}

static void __init order_random(struct kunit *test)
{
	struct problem *p = alloc(test, 1, sizeof(*p));
	struct reference *ref = alloc(test, 1, sizeof(*ref));
	struct rnd_state rnd;
	size_t wrong = 0;
	void *scratch;
	int round;

	prandom_seed_state(&rnd, 20261123);
	scratch = alloc(test, 1, 65536);
	for (round = 0; round < 20000 && !wrong; round++) {
		random_problem(p, &rnd);
		KUNIT_ASSERT_LE(test, initcall_order_scratch(&p->graph), 65536);
		initcall_order(&p->graph, scratch, p->order);
		memset(ref, 0, sizeof(*ref));
		ref->graph = &p->graph;
		ref_run(ref);
		KUNIT_ASSERT_EQ(test, ref->nr_done, p->graph.nr_nodes);
		wrong = memcmp(p->order, ref->order, p->graph.nr_nodes * sizeof(u32)) ||
			wrong_pairs(p);
		KUNIT_EXPECT_EQ_MSG(test, wrong, 0, "round %d", round);
	}
}

static void __init order_deterministic(struct kunit *test)
{
	struct problem *p = alloc(test, 1, sizeof(*p));
	struct problem *again = alloc(test, 1, sizeof(*again));
	struct rnd_state rnd;
	u32 round;

	prandom_seed_state(&rnd, 7);
	for (round = 0; round < 100; round++) {
		random_problem(p, &rnd);
		memcpy(again, p, sizeof(*p));
		again->graph.nodes = again->nodes;
		again->graph.edges = again->edges;
		run_order_on(test, &p->graph, p->order, 0x00);
		run_order_on(test, &again->graph, again->order, 0xff);
		KUNIT_EXPECT_MEMEQ(test, p->order, again->order, sizeof(p->order));
		KUNIT_EXPECT_MEMEQ(test, p->edges, again->edges, sizeof(p->edges));
	}
}

/*
 * For each initcall in the order run: '.' if it has stayed, else who it was pulled
 * in front of, or in lower case who it was held back behind.
 */
static void __init expect_moves(struct kunit *test, const char *calls, const char *edges,
				const char *wanted)
{
	struct problem *p = new_problem(test, calls, edges);
	char got[MAX_SMALL + 1] = "";
	u8 moves[MAX_SMALL];
	u32 i, cause;

	run_order(test, &p->graph, p->order);
	initcall_find_moves(&p->graph, p->order, moves);
	for (i = 0; i < p->graph.nr_nodes; i++) {
		got[i] = '.';
		if (moves[i] == INITCALL_STAYED)
			continue;
		cause = initcall_move_cause(&p->graph, p->order, moves, i);
		got[i] = p->nodes[cause].module + (moves[i] == INITCALL_PULLED ? 'A' : 'a');
	}
	KUNIT_EXPECT_STREQ_MSG(test, got, wanted, "%s with %s", calls, edges);
}

static void __init order_moves(struct kunit *test)
{
	expect_moves(test, "ABC", "", "...");
	/* CBA: what is pulled stands in front of who needs it */
	expect_moves(test, "ABC", "AB BC", "BA.");
	expect_moves(test, "ABCD EF", "AD EF", "A...E.");
	/* CEABD: behind E of the _sync half, one behind the other */
	expect_moves(test, "ABC|ED", "AE BE", "..ee.");
}

static struct kunit_case __refdata order_cases[] = {
	KUNIT_CASE(order_empty),
	KUNIT_CASE(order_chain),
	KUNIT_CASE(order_diamond),
	KUNIT_CASE(order_several_edges),
	KUNIT_CASE(order_duplicates),
	KUNIT_CASE(order_unknown),
	KUNIT_CASE(order_skips_other_states),
	KUNIT_CASE(order_levels),
	KUNIT_CASE(order_multi),
	KUNIT_CASE(order_moves),
	KUNIT_CASE(order_held_back),
	KUNIT_CASE(order_cycle),
	KUNIT_CASE(order_cycle_of_50),
	KUNIT_CASE(order_long_chain),
	KUNIT_CASE(order_random),
	KUNIT_CASE(order_deterministic),
	{}
};

static struct kunit_suite order_suite = {
	.name = "initcall_depends_order",
	.test_cases = order_cases,
};

kunit_test_init_section_suite(order_suite);
