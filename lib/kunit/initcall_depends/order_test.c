// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the order of initcalls: kernel/initcall_depends/order.c
 *
 * A test writes down initcalls in link order, one letter for a module, and
 * dependencies as pairs of letters, and compares the order with a string. Besides,
 * whatever was ordered is compared with what another, slow method makes of it.
 */

#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/graph.h"

#define NR_LETTERS	('z' - 'A' + 2)
#define MAX_NODES	64
#define MAX_TEXT	512
#define GUARD		64

/* Of modules in a chain */
#define MANY		100000
/* In graphs whose steps are counted */
#define FEW		2000

#define ARENA		SZ_32M

/* @poison: what all arrays, and what is before and after them, are filled with at first */
struct problem {
	struct initcall_graph graph;
	char cycles[MAX_TEXT];
	u32 nr_reported;
	u32 nr_wrong_reports;
	u8 poison;
};

/* Memory for one test, or one round of it */
static u8 *arena __initdata;
static size_t arena_used __initdata;

static void * __init alloc(struct kunit *test, size_t count, size_t size)
{
	void *p = arena + arena_used;

	arena_used += ALIGN(count * size, sizeof(u64));
	KUNIT_ASSERT_LE(test, arena_used, ARENA);
	return memset(p, 0, count * size);
}

static void * __init alloc_guarded(struct kunit *test, u8 poison, size_t count, size_t size)
{
	u8 *p = alloc(test, count * size + 2 * GUARD, 1);

	memset(p, poison, count * size + 2 * GUARD);
	return p + GUARD;
}

static bool __init is_guarded(const struct problem *p, const void *array, size_t count, size_t size)
{
	return !memchr_inv(array - GUARD, p->poison, GUARD) &&
	       !memchr_inv(array + count * size, p->poison, GUARD);
}

/* "AB:BA": A needs B is left out, as B needs A. */
static void __init append(struct problem *p, const struct initcall_edge *edge, const char *end)
{
	size_t len = strlen(p->cycles);

	snprintf(p->cycles + len, MAX_TEXT - len, "%c%c%s", 'A' + edge->consumer - 1,
		 'A' + edge->prerequisite - 1, end);
}

/* The way back has to consist of dependencies that count. */
static void __init note_cycle(const struct initcall_graph *graph, u32 closing)
{
	struct problem *p = container_of(graph, struct problem, graph);
	const struct initcall_edge *left_out = &graph->edges[closing], *edge;
	u32 at, parent, steps = 0;

	p->nr_reported++;
	append(p, left_out, left_out->consumer == left_out->prerequisite ? "" : ":");
	for (at = left_out->consumer; at != left_out->prerequisite; at = edge->consumer) {
		parent = graph->search[at].parent;
		edge = &graph->edges[graph->needs[graph->search[parent].cursor - 1].edge];
		if (edge->consumer != parent || edge->prerequisite != at ||
		    edge->state != INITCALL_EDGE_ACTIVE || steps++ > graph->nr_modules) {
			p->nr_wrong_reports++;
			return;
		}
		append(p, edge, edge->consumer == left_out->prerequisite ? "" : " ");
	}
	strlcat(p->cycles, ";", MAX_TEXT);
}

/* What is not set here and in set_node() and set_edge() is for order.c to set. */
static struct problem * __init new_graph(struct kunit *test, u8 poison, u32 nr_nodes,
					 u32 nr_modules, u32 nr_edges)
{
	struct problem *p = alloc(test, 1, sizeof(*p));

	p->poison = poison;
	p->graph = (struct initcall_graph) {
		.nodes = alloc_guarded(test, poison, nr_nodes, sizeof(*p->graph.nodes)),
		.modules = alloc_guarded(test, poison, nr_modules, sizeof(*p->graph.modules)),
		.edges = alloc_guarded(test, poison, nr_edges, sizeof(*p->graph.edges)),
		.order = alloc_guarded(test, poison, nr_nodes, sizeof(u32)),
		.sorted = alloc_guarded(test, poison, nr_modules - 1, sizeof(u32)),
		.search = alloc_guarded(test, poison, nr_modules + 1, sizeof(*p->graph.search)),
		.needs = alloc_guarded(test, poison, nr_edges, sizeof(*p->graph.needs)),
		.needed = alloc_guarded(test, poison, nr_edges, sizeof(*p->graph.needed)),
		.nr_nodes = nr_nodes,
		.nr_modules = nr_modules,
		.nr_edges = nr_edges,
		.cycle = note_cycle,
	};
	return p;
}

static void __init set_node(struct problem *p, u32 i, u32 module, u32 level)
{
	struct initcall_node *node = &p->graph.nodes[i];

	node->module = module;
	node->before = INITCALL_NONE;
	node->level = level;
}

static void __init set_edge(struct problem *p, u32 i, u32 consumer, u32 prerequisite)
{
	struct initcall_edge *edge = &p->graph.edges[i];

	edge->consumer = consumer;
	edge->prerequisite = prerequisite;
	edge->state = INITCALL_EDGE_ACTIVE;
}

/* Each initcall is there once, at its level, and after earlier ones of its module. */
static void __init check_order(struct kunit *test, struct problem *p)
{
	const struct initcall_graph *graph = &p->graph;
	u32 *place = alloc(test, graph->nr_nodes + 1, sizeof(*place));
	u32 *last = alloc(test, graph->nr_modules, sizeof(*last));
	u32 i, node, wrong = 0, moved = 0;

	KUNIT_ASSERT_EQ(test, graph->nr_done, graph->nr_nodes);
	for (i = 0; i < graph->nr_nodes; i++) {
		node = graph->order[i];
		KUNIT_ASSERT_LT(test, node, graph->nr_nodes);
		wrong += place[node]++;
		wrong += graph->nodes[node].level != graph->nodes[i].level;
		wrong += last[graph->nodes[node].module] > node;
		last[graph->nodes[node].module] = node;
		moved += graph->nodes[node].before != INITCALL_NONE;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, graph->nr_moved, moved);
}

static void __init check_sorted(struct kunit *test, struct problem *p)
{
	const struct initcall_graph *graph = &p->graph;
	u32 *place = alloc(test, graph->nr_modules, sizeof(*place));
	const struct initcall_edge *edge;
	u32 i, wrong = 0;

	KUNIT_ASSERT_LT(test, graph->nr_sorted, graph->nr_modules);
	for (i = 0; i < graph->nr_sorted; i++) {
		KUNIT_ASSERT_LT(test, graph->sorted[i], graph->nr_modules);
		wrong += place[graph->sorted[i]];
		place[graph->sorted[i]] = i + 1;
	}
	for (edge = graph->edges; edge < graph->edges + graph->nr_edges; edge++)
		if (edge->state == INITCALL_EDGE_ACTIVE)
			wrong += place[edge->prerequisite] >= place[edge->consumer] ||
				 !place[edge->prerequisite];
	KUNIT_EXPECT_EQ(test, place[0], 0);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* hold.c goes through these lists. */
static void __init check_lists(struct kunit *test, struct problem *p)
{
	const struct initcall_graph *graph = &p->graph;
	bool *declared = alloc(test, graph->nr_modules, sizeof(*declared));
	u32 module, last, wrong = 0, active = 0, cyclic = 0;
	const struct initcall_edge *edge;
	const struct initcall_link *need;

	for (module = 0; module < graph->nr_modules; module++) {
		last = 0;
		need = initcall_needs(graph, module);
		for (; need < initcall_needs(graph, module + 1); need++) {
			KUNIT_ASSERT_LT(test, need->edge, graph->nr_edges);
			edge = &graph->edges[need->edge];
			wrong += edge->consumer != module || edge->prerequisite < last ||
				 edge->prerequisite != need->module ||
				 edge->state != INITCALL_EDGE_ACTIVE;
			last = edge->prerequisite;
			declared[module] = true;
			declared[last] = true;
			active++;
			KUNIT_ASSERT_LE(test, active, graph->nr_edges);
		}
	}
	for (edge = graph->edges; edge < graph->edges + graph->nr_edges; edge++) {
		active -= edge->state == INITCALL_EDGE_ACTIVE;
		cyclic += edge->state == INITCALL_EDGE_CYCLE;
	}
	for (module = 0; module < graph->nr_modules; module++)
		wrong += graph->search[module].declared != declared[module];
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, active, 0);
	KUNIT_EXPECT_EQ(test, graph->nr_cycles, cyclic);
}

static void __init check_guards(struct kunit *test, const struct problem *p)
{
	const struct initcall_graph *graph = &p->graph;

	KUNIT_EXPECT_TRUE(test, is_guarded(p, graph->nodes, graph->nr_nodes,
					   sizeof(*graph->nodes)));
	KUNIT_EXPECT_TRUE(test, is_guarded(p, graph->modules, graph->nr_modules,
					   sizeof(*graph->modules)));
	KUNIT_EXPECT_TRUE(test, is_guarded(p, graph->edges, graph->nr_edges,
					   sizeof(*graph->edges)));
	KUNIT_EXPECT_TRUE(test, is_guarded(p, graph->order, graph->nr_nodes, sizeof(u32)));
	KUNIT_EXPECT_TRUE(test, is_guarded(p, graph->sorted, graph->nr_modules - 1, sizeof(u32)));
	KUNIT_EXPECT_TRUE(test, is_guarded(p, graph->search, graph->nr_modules + 1,
					   sizeof(*graph->search)));
	KUNIT_EXPECT_TRUE(test, is_guarded(p, graph->needs, graph->nr_edges,
					   sizeof(*graph->needs)));
	KUNIT_EXPECT_TRUE(test, is_guarded(p, graph->needed, graph->nr_edges,
					   sizeof(*graph->needed)));
}

/* What can be checked in linear time */
static void __init check(struct kunit *test, struct problem *p)
{
	check_order(test, p);
	check_sorted(test, p);
	check_lists(test, p);
	check_guards(test, p);
	KUNIT_EXPECT_EQ(test, p->nr_wrong_reports, 0);
	if (p->graph.cycle)
		KUNIT_EXPECT_EQ(test, p->nr_reported, p->graph.nr_cycles);
}

static void __init run(struct kunit *test, struct problem *p)
{
	initcall_order(&p->graph);
	check(test, p);
}

/*
 * The slow method: matrices of which module needs which, directly and at all, without
 * what has been left out; then one initcall after the other.
 */
struct slow {
	const struct initcall_graph *graph;
	bool needs[NR_LETTERS][NR_LETTERS];
	bool reaches[NR_LETTERS][NR_LETTERS];
	bool done[MAX_NODES];
	u32 from;
	u32 to;
};

static struct slow * __init new_slow(struct kunit *test, const struct initcall_graph *graph)
{
	struct slow *slow = alloc(test, 1, sizeof(*slow));
	const struct initcall_edge *edge;
	u32 a, b, c;

	slow->graph = graph;
	for (edge = graph->edges; edge < graph->edges + graph->nr_edges; edge++)
		if (edge->state == INITCALL_EDGE_ACTIVE)
			slow->needs[edge->consumer][edge->prerequisite] = true;
	memcpy(slow->reaches, slow->needs, sizeof(slow->reaches));
	for (b = 0; b < graph->nr_modules; b++)
		for (a = 0; a < graph->nr_modules; a++)
			for (c = 0; c < graph->nr_modules; c++)
				slow->reaches[a][c] |= slow->reaches[a][b] && slow->reaches[b][c];
	return slow;
}

/* Does the module, or what it needs, have an initcall at this level that has not run? */
static bool __init slow_has_left(const struct slow *slow, u32 module)
{
	u32 i, other;

	for (i = slow->from; i < slow->to; i++) {
		other = slow->graph->nodes[i].module;
		if (!slow->done[i] && (other == module || slow->reaches[module][other]))
			return true;
	}
	return false;
}

static u32 __init slow_first_left(const struct slow *slow, u32 module)
{
	u32 i;

	for (i = slow->from; slow->done[i] || slow->graph->nodes[i].module != module; i++)
		;
	return i;
}

/*
 * The first initcall that has not run; but if something that it needs has not run,
 * the first such module has its turn, by the same rule.
 */
static u32 __init slow_next(const struct slow *slow)
{
	u32 i, module, needed;

	for (i = slow->from; slow->done[i]; i++)
		;
	module = slow->graph->nodes[i].module;
	for (needed = 0; needed < slow->graph->nr_modules; needed++) {
		if (!slow->needs[module][needed] || !slow_has_left(slow, needed))
			continue;
		module = needed;
		needed = 0;
	}
	return slow_first_left(slow, module);
}

static u32 __init slow_wrong(struct slow *slow)
{
	const struct initcall_graph *graph = slow->graph;
	u32 i, node, wrong = 0;

	for (i = 0; i < graph->nr_nodes; i++) {
		if (i == slow->to)
			slow->from = i;
		while (slow->to < graph->nr_nodes &&
		       graph->nodes[slow->to].level == graph->nodes[slow->from].level)
			slow->to++;
		node = slow_next(slow);
		slow->done[node] = true;
		wrong += node != graph->order[i];
	}
	return wrong;
}

/*
 * If @b of link order runs before @a, which link order has first, then it was pulled
 * forward on behalf of an initcall that needs it, and that is @a or comes before @a.
 */
static bool __init must_move(const struct slow *slow, u32 a, u32 b)
{
	const struct initcall_node *nodes = slow->graph->nodes;
	u32 root = nodes[b].before;

	return root <= a && nodes[root].level == nodes[b].level &&
	       slow->reaches[nodes[root].module][nodes[b].module];
}

static u32 __init needless_moves(const struct slow *slow)
{
	const struct initcall_graph *graph = slow->graph;
	u32 i, j, needless = 0;

	for (i = 0; i < graph->nr_nodes; i++)
		for (j = i + 1; j < graph->nr_nodes; j++)
			if (graph->order[i] > graph->order[j])
				needless += !must_move(slow, graph->order[j], graph->order[i]);
	return needless;
}

/* Whatever the method is: no consumer may run before what it needs. */
static u32 __init too_early(const struct slow *slow)
{
	const struct initcall_node *nodes = slow->graph->nodes, *first, *then;
	u32 i, j, wrong = 0;

	for (i = 0; i < slow->graph->nr_nodes; i++) {
		for (j = i + 1; j < slow->graph->nr_nodes; j++) {
			first = &nodes[slow->graph->order[i]];
			then = &nodes[slow->graph->order[j]];
			wrong += first->level == then->level &&
				 slow->reaches[first->module][then->module];
		}
	}
	return wrong;
}

/* Nothing was left out in vain, and what is left has no cycle. */
static u32 __init wrong_cycles(const struct slow *slow)
{
	const struct initcall_graph *graph = slow->graph;
	u32 i, wrong = 0;

	for (i = 0; i < graph->nr_modules; i++)
		wrong += slow->reaches[i][i];
	for (i = 0; i < graph->nr_edges; i++)
		if (graph->edges[i].state == INITCALL_EDGE_CYCLE)
			wrong += graph->edges[i].consumer != graph->edges[i].prerequisite &&
				 !slow->reaches[graph->edges[i].prerequisite]
					       [graph->edges[i].consumer];
	return wrong;
}

static void __init compare(struct kunit *test, const struct problem *p)
{
	struct slow *slow = new_slow(test, &p->graph);

	KUNIT_ASSERT_EQ(test, wrong_cycles(slow), 0);
	KUNIT_EXPECT_EQ(test, slow_wrong(slow), 0);
	KUNIT_EXPECT_EQ(test, needless_moves(slow), 0);
	KUNIT_EXPECT_EQ(test, too_early(slow), 0);
}

/* @calls: a blank goes to the next level, a bar to the _sync half of this one. */
static u32 __init set_calls(struct problem *p, const char *calls)
{
	u32 level = INITCALL_PURE, count = 0;

	for (; *calls; calls++) {
		if (*calls == ' ')
			level = (level + 1) / 2 * 2 + 1;
		else if (*calls == '|')
			level = (level + 1) / 2 * 2;
		else
			set_node(p, count++, *calls == '.' ? 0 : *calls - 'A' + 1, level);
	}
	return count;
}

static u32 __init count_letters(const char *calls)
{
	u32 count = 0;

	for (; *calls; calls++)
		count += *calls != ' ' && *calls != '|';
	return count;
}

/* @edges: "AB CD": A needs B, C needs D */
static struct problem * __init new_problem(struct kunit *test, const char *calls, const char *edges)
{
	struct problem *p = new_graph(test, 0xa5, count_letters(calls), NR_LETTERS,
				      (strlen(edges) + 1) / 3);
	u32 i;

	KUNIT_ASSERT_LE(test, p->graph.nr_nodes, MAX_NODES);
	KUNIT_ASSERT_EQ(test, set_calls(p, calls), p->graph.nr_nodes);
	for (i = 0; i < p->graph.nr_edges; i++)
		set_edge(p, i, edges[3 * i] - 'A' + 1, edges[3 * i + 1] - 'A' + 1);
	return p;
}

static void __init expect_letters(struct kunit *test, const struct problem *p, const char *wanted)
{
	char got[MAX_NODES + 1] = "";
	u32 i, module;

	for (i = 0; i < p->graph.nr_nodes; i++) {
		module = p->graph.nodes[p->graph.order[i]].module;
		got[i] = module ? 'A' + module - 1 : '.';
	}
	KUNIT_EXPECT_STREQ(test, got, wanted);
}

/* @cycles: see append() */
static struct problem * __init expect_cycles(struct kunit *test, const char *calls,
					     const char *edges, const char *wanted,
					     const char *cycles)
{
	struct problem *p = new_problem(test, calls, edges);

	run(test, p);
	compare(test, p);
	expect_letters(test, p, wanted);
	KUNIT_EXPECT_STREQ_MSG(test, p->cycles, cycles, "%s with %s", calls, edges);
	return p;
}

static void __init expect_order(struct kunit *test, const char *calls, const char *edges,
				const char *wanted)
{
	expect_cycles(test, calls, edges, wanted, "");
}

static void __init order_link(struct kunit *test)
{
	expect_order(test, "", "", "");
	expect_order(test, "", "AB", "");
	expect_order(test, "A", "", "A");
	expect_order(test, "ABC.BA..|CA|B D.A|AB", "", "ABC.BA..CABD.AAB");
	/* link order is right already */
	expect_order(test, "xAyB.C", "BA CB CA Cx", "xAyB.C");
	expect_order(test, "A B C", "BA CB CA", "ABC");
}

static void __init order_chain(struct kunit *test)
{
	/* tpm_crb, tpm_crb_ffa and ffa_module, as they are linked */
	expect_order(test, "xABCy", "AB BC", "xCBAy");
	expect_order(test, "xABCy", "BC AB", "xCBAy");
	expect_order(test, "ABCDE", "AE", "EABCD");
	expect_order(test, "ABCDE", "EA", "ABCDE");
	expect_order(test, ".A.B.C.", "AB BC", ".CBA...");
}

static void __init order_diamond(struct kunit *test)
{
	expect_order(test, "ABCDE", "AB AC BD CD", "DBCAE");
	expect_order(test, "ADCB", "AB AC BD CD", "DBCA");
	expect_order(test, "ABCDEFG", "AB AC BD CD DE DF EG FG", "GEFDBCA");
}

/* Prerequisites stay in link order, whatever order they are declared in. */
static void __init order_siblings(struct kunit *test)
{
	expect_order(test, "ABCDE", "AE AC AD", "CDEAB");
	expect_order(test, "ABCDEF", "AD BD CD", "DABCEF");
	expect_order(test, "ABCDEF", "AF CE", "FABECD");
	expect_order(test, "ABCDEF", "AF AC FB", "CBFADE");
}

static void __init order_duplicates(struct kunit *test)
{
	expect_order(test, "ABC", "AC AC AC AC", "CAB");
	expect_order(test, "ABCD", "AC AD AC AD BD BC", "CDAB");
}

static void __init order_several_initcalls(struct kunit *test)
{
	/* all initcalls of the prerequisite, before the first one of the consumer */
	expect_order(test, "ABABC", "AB", "BBAAC");
	expect_order(test, "AACAB", "AB", "BAACA");
	expect_order(test, "AxByBzB", "AB", "BBBAxyz");
	/* also if the first one of the prerequisite has run already */
	expect_order(test, "ABCA", "BC BA", "AACB");
	expect_order(test, "CBACB", "AC CB", "BBCCA");
	/* and if the prerequisite is a consumer itself */
	expect_order(test, "BxABC", "AB BC", "CBxBA");
	expect_order(test, "ABXA", "BX XA", "AAXB");
}

/* A module in between has no initcall at this level, or none at all. */
static void __init order_through(struct kunit *test)
{
	expect_order(test, "AC B", "AB BC", "CAB");
	expect_order(test, "B AC", "AB BC", "BCA");
	expect_order(test, "AC|B", "AB BC", "CAB");
	expect_order(test, "ABC", "AX XC", "CAB");
	expect_order(test, "ABC", "AX XY YZ ZC", "CAB");
	expect_order(test, "ABCD AXCD", "AX XD XC", "CDABCDXA");
	expect_order(test, "ABC", "AX XY YZ", "ABC");
}

static void __init order_levels(struct kunit *test)
{
	/* nothing leaves its level */
	expect_order(test, "AB CD", "CA DB", "ABCD");
	/* i2c_imx at subsys, clk_imx8mp at device */
	expect_order(test, "AB CD", "AC", "ABCD");
	expect_order(test, "A B C", "AC AB BC", "ABC");
	/* each level on its own */
	expect_order(test, "AB AB AB", "AB", "BABABA");
	expect_order(test, "AxB xA AyB", "AB", "BAxxABAy");
	expect_order(test, "AB B", "AB", "BAB");
	expect_order(test, "AxA AxB", "AB", "AxABAx");
}

/* The _sync half is a level like any other. */
static void __init order_sync(struct kunit *test)
{
	/* ffa_module and finalize_pkvm: nothing is moved back, hold.c holds devices instead */
	expect_order(test, "ABCKxy|zKw", "AB BC CK", "KCBAxyzKw");
	expect_order(test, "ABC|S", "AS AC BC", "CABS");
	expect_order(test, "AB|AB", "AB", "BABA");
	expect_order(test, "A|S B", "AS AB", "ASB");
	expect_order(test, "x|AB B|BA", "AB", "xBABBA");
}

static void __init order_all_levels(struct kunit *test)
{
	struct problem *p = new_graph(test, 0xa5, 2 * INITCALL_NR_LEVELS, NR_LETTERS, 1);
	u32 level;

	KUNIT_EXPECT_EQ(test, INITCALL_NR_LEVELS, 19);
	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		set_node(p, 2 * level, 1, level);
		set_node(p, 2 * level + 1, 2, level);
	}
	set_edge(p, 0, 1, 2);
	run(test, p);
	compare(test, p);
	expect_letters(test, p, "BABABABABABABABABABABABABABABABABABABA");
	KUNIT_EXPECT_EQ(test, p->graph.nr_moved, INITCALL_NR_LEVELS);
}

/* Edges in other states have no effect, and their modules may be any number. */
static void __init order_states(struct kunit *test)
{
	static const u8 states[] __initconst = {
		INITCALL_EDGE_ABSENT, INITCALL_EDGE_AMBIGUOUS, INITCALL_EDGE_DROPPED,
		INITCALL_EDGE_CYCLE,
	};
	struct problem *p = new_problem(test, "ABCDE", "AB AC AD AE BE");
	u32 i;

	for (i = 0; i < ARRAY_SIZE(states); i++)
		p->graph.edges[i].state = states[i];
	p->graph.edges[0].prerequisite = 0;
	p->graph.edges[1].consumer = INITCALL_AMBIGUOUS;
	p->graph.edges[2].consumer = NR_LETTERS;
	p->graph.edges[3].prerequisite = INITCALL_NONE;
	initcall_order(&p->graph);
	check_order(test, p);
	check_sorted(test, p);
	check_guards(test, p);
	expect_letters(test, p, "AEBCD");
	for (i = 0; i < ARRAY_SIZE(states); i++)
		KUNIT_EXPECT_EQ(test, p->graph.edges[i].state, states[i]);
	KUNIT_EXPECT_EQ(test, p->graph.nr_cycles, 0);
	KUNIT_EXPECT_EQ(test, p->nr_reported, 0);
	KUNIT_EXPECT_FALSE(test, p->graph.search[3].declared);
}

static void __init order_self(struct kunit *test)
{
	expect_cycles(test, "A", "AA", "A", "AA;");
	expect_cycles(test, "ABA", "AA AB BB", "BAA", "BB;AA;");
	expect_cycles(test, "AB", "AA AA", "AB", "AA;AA;");
	expect_cycles(test, "", "ZZ", "", "ZZ;");
}

/* Of two modules that need each other, and that nothing later needs, link order is kept. */
static void __init order_cycle_of_two(struct kunit *test)
{
	struct problem *p;

	p = expect_cycles(test, "xABy", "AB BA", "xABy", "AB:BA;");
	KUNIT_EXPECT_EQ(test, p->graph.edges[0].state, INITCALL_EDGE_CYCLE);
	KUNIT_EXPECT_EQ(test, p->graph.edges[1].state, INITCALL_EDGE_ACTIVE);
	p = expect_cycles(test, "xABy", "BA AB", "xABy", "AB:BA;");
	KUNIT_EXPECT_EQ(test, p->graph.edges[0].state, INITCALL_EDGE_ACTIVE);
	expect_cycles(test, "xAByAB", "AB BA Ax xy", "yxAABB", "AB:BA;");
	/* each duplicate is left out and reported */
	expect_cycles(test, "AB", "AB BA AB", "AB", "AB:BA;AB:BA;");
	/* a later one needs one of the two */
	expect_cycles(test, "CAB", "AB BA CA", "BAC", "BA:AB;");
}

static void __init order_cycle_of_three(struct kunit *test)
{
	expect_cycles(test, "xABCy", "AB BC CA", "xBACy", "BC:AB CA;");
	expect_cycles(test, "xABCy", "AC CB BA", "xABCy", "AC:BA CB;");
	/* a module in between without an initcall */
	expect_cycles(test, "AB", "AX XB BA", "AB", "AX:BA XB;");
	/* with what needs the cycle, and what the cycle needs */
	expect_cycles(test, "DABCE", "AB BC CA DA CE", "ECBAD", "CA:BC AB;");
}

/* Levels do not matter: what needs each other is a cycle. */
static void __init order_cycle_across_levels(struct kunit *test)
{
	expect_cycles(test, "A B", "AB BA", "AB", "AB:BA;");
	expect_cycles(test, "B A", "AB BA", "BA", "AB:BA;");
	expect_cycles(test, "A|B", "AB BA", "AB", "AB:BA;");
	expect_cycles(test, "AB ABC", "AB BC CA", "BABAC", "BC:AB CA;");
	expect_cycles(test, "A B C", "AB BC CA", "ABC", "BC:AB CA;");
}

static void __init order_cycles(struct kunit *test)
{
	/* two, with other modules between and after them */
	expect_cycles(test, "ABCDEF", "AB BA BE EC CD DC FD", "ACEBDF", "CD:DC;AB:BA;");
	/* that share a module */
	expect_cycles(test, "ABC", "AB BA BC CB", "ABC", "AB:BA;BC:CB;");
	expect_cycles(test, "ABCDE", "AB BC CA CD DE EC", "BADCE", "BC:AB CA;DE:CD EC;");
	/* that share an edge */
	expect_cycles(test, "ABCD", "AB BC CA BD DA", "CBAD", "CA:BC AB;BD:AB DA;");
	/* each needs each */
	expect_cycles(test, "ABC", "AB AC BA BC CA CB", "BAC", "BA:AB;BC:AB CA;AC:CA;");
}

static void __init order_cycle_without_report(struct kunit *test)
{
	struct problem *p = new_problem(test, "xABy", "AB BA");

	p->graph.cycle = NULL;
	run(test, p);
	compare(test, p);
	expect_letters(test, p, "xABy");
	KUNIT_EXPECT_EQ(test, p->graph.nr_cycles, 1);
	KUNIT_EXPECT_EQ(test, p->nr_reported, 0);
}

/*
 * @wanted: for each initcall in the order: the module before whose initcall it was
 * pulled forward, '.' if it was not
 */
static void __init expect_before(struct kunit *test, const char *calls, const char *edges,
				 const char *wanted)
{
	struct problem *p = new_problem(test, calls, edges);
	char got[MAX_NODES + 1] = "";
	u32 i, before, moved = 0;

	run(test, p);
	for (i = 0; i < p->graph.nr_nodes; i++) {
		before = p->graph.nodes[p->graph.order[i]].before;
		got[i] = before == INITCALL_NONE ? '.' : 'A' + p->graph.nodes[before].module - 1;
		moved += got[i] != '.';
	}
	KUNIT_EXPECT_STREQ_MSG(test, got, wanted, "%s with %s", calls, edges);
	KUNIT_EXPECT_EQ(test, p->graph.nr_moved, moved);
}

static void __init order_before(struct kunit *test)
{
	expect_before(test, "ABC", "", "...");
	/* CBA: both were pulled before A */
	expect_before(test, "ABC", "AB BC", "AA.");
	/* DABC, FE */
	expect_before(test, "ABCD EF", "AD EF", "A...E.");
	/* AACB: the first A has not moved */
	expect_before(test, "ABCA", "BC BA", ".BB.");
	/* CBA, BA: the second B needs nothing that has not run */
	expect_before(test, "BAC AB", "BC AB", "B..A.");
}

/* Which initcall it is, if the consumer has several */
static void __init order_before_node(struct kunit *test)
{
	struct problem *p = new_problem(test, "xAAB AyAB", "AB");

	run(test, p);
	KUNIT_EXPECT_EQ(test, p->graph.nodes[3].before, 1);
	KUNIT_EXPECT_EQ(test, p->graph.nodes[7].before, 4);
	KUNIT_EXPECT_EQ(test, p->graph.nr_moved, 2);
}

static struct problem * __init new_chain(struct kunit *test, u32 nr_edges)
{
	struct problem *p = new_graph(test, 0xa5, MANY, MANY + 1, nr_edges);
	u32 i;

	for (i = 0; i < MANY; i++)
		set_node(p, i, i + 1, INITCALL_DEVICE);
	for (i = 0; i < nr_edges; i++)
		set_edge(p, i, i + 1, (i + 1) % MANY + 1);
	return p;
}

/* A search that recursed would need megabytes of stack here, and crash. */
static void __init order_long_chain(struct kunit *test)
{
	struct problem *p = new_chain(test, MANY - 1);
	u32 i, wrong = 0;

	run(test, p);
	for (i = 0; i < MANY; i++)
		wrong += p->graph.order[i] != MANY - 1 - i;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, p->graph.nr_moved, MANY - 1);
}

/* The last module needs the first one. */
static void __init order_long_cycle(struct kunit *test)
{
	struct problem *p = new_chain(test, MANY);
	u32 i, wrong = 0;

	run(test, p);
	for (i = 0; i < MANY - 1; i++)
		wrong += p->graph.order[i] != MANY - 2 - i;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, p->graph.order[MANY - 1], MANY - 1);
	KUNIT_EXPECT_EQ(test, p->graph.nr_cycles, 1);
	KUNIT_EXPECT_EQ(test, p->graph.edges[MANY - 2].state, INITCALL_EDGE_CYCLE);
}

static struct problem * __init random_problem(struct kunit *test, struct rnd_state *rnd, u8 poison)
{
	u32 nr_nodes = prandom_u32_state(rnd) % 31, nr_modules = prandom_u32_state(rnd) % 11 + 1;
	u32 nr_edges = nr_modules == 1 ? 0 : prandom_u32_state(rnd) % (2 * nr_modules);
	struct problem *p = new_graph(test, poison, nr_nodes, nr_modules, nr_edges);
	u32 i, level = INITCALL_EARLY;

	for (i = 0; i < nr_nodes; i++) {
		level += prandom_u32_state(rnd) % 12 == 0 && level < INITCALL_LATE_SYNC;
		set_node(p, i, prandom_u32_state(rnd) % nr_modules, level);
	}
	for (i = 0; i < nr_edges; i++)
		set_edge(p, i, prandom_u32_state(rnd) % (nr_modules - 1) + 1,
			 prandom_u32_state(rnd) % (nr_modules - 1) + 1);
	return p;
}

static void __init order_random(struct kunit *test)
{
	struct problem *p;
	struct rnd_state rnd;
	int round;

	prandom_seed_state(&rnd, 20261126);
	for (round = 0; round < 5000 && test->status == KUNIT_SUCCESS; round++) {
		p = random_problem(test, &rnd, 0xa5);
		run(test, p);
		compare(test, p);
		arena_used = 0;
	}
	KUNIT_EXPECT_EQ(test, round, 5000);
}

/* What was in memory before must not matter. */
static void __init order_deterministic(struct kunit *test)
{
	struct problem *p, *again;
	struct rnd_state rnd, copy;
	u32 round;

	prandom_seed_state(&rnd, 7);
	for (round = 0; round < 200; round++) {
		copy = rnd;
		arena_used = 0;
		p = random_problem(test, &rnd, 0x00);
		again = random_problem(test, &copy, 0xff);
		run(test, p);
		run(test, again);
		KUNIT_EXPECT_MEMEQ(test, p->graph.order, again->graph.order,
				   p->graph.nr_nodes * sizeof(u32));
		KUNIT_EXPECT_MEMEQ(test, p->graph.sorted, again->graph.sorted,
				   p->graph.nr_sorted * sizeof(u32));
		KUNIT_EXPECT_STREQ(test, p->cycles, again->cycles);
	}
}

/*
 * order.c once more, with its steps counted: it asks each edge for its state, and
 * whatever module it leaves for the end of a list, which is INITCALL_NONE.
 */
static u64 nr_steps __initdata;

#undef INITCALL_NONE
#define INITCALL_NONE		(nr_steps++, (u32)~0U)
#define INITCALL_EDGE_ACTIVE	(nr_steps++, INITCALL_EDGE_ACTIVE)
static typeof(initcall_order) count_order;
#define initcall_order		count_order
#include "../../../kernel/initcall_depends/order.c"
#undef INITCALL_EDGE_ACTIVE

/* Whatever its shape, a graph takes no more than a few steps for each of its elements. */
static void __init expect_linear(struct kunit *test, struct problem *p, u32 nr_levels)
{
	const struct initcall_graph *graph = &p->graph;
	u64 size = graph->nr_nodes + graph->nr_modules + graph->nr_edges;

	nr_steps = 0;
	count_order(&p->graph);
	KUNIT_EXPECT_GT(test, nr_steps, size);
	KUNIT_EXPECT_LE(test, nr_steps, 10 * nr_levels * size);
	check(test, p);
}

/* Half of the modules need a chain of the other half, of which only the end has an initcall. */
static void __init order_comb(struct kunit *test)
{
	struct problem *p = new_graph(test, 0xa5, FEW + 1, 2 * FEW + 1, 2 * FEW - 1);
	u32 i, wrong = 0;

	for (i = 0; i < FEW; i++) {
		set_node(p, i, i + 1, INITCALL_DEVICE);
		set_edge(p, i, i + 1, FEW + 1);
	}
	set_node(p, FEW, 2 * FEW, INITCALL_DEVICE);
	for (i = FEW; i < 2 * FEW - 1; i++)
		set_edge(p, i, i + 1, i + 2);
	expect_linear(test, p, 1);
	for (i = 0; i <= FEW; i++)
		wrong += p->graph.order[i] != (i ? i - 1 : FEW);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, p->graph.nr_moved, 1);
}

/* Two modules with many initcalls each, and many dependencies between them */
static void __init order_crowd(struct kunit *test)
{
	struct problem *p = new_graph(test, 0xa5, 2 * FEW, 3, 2 * FEW);
	u32 i, wrong = 0;

	for (i = 0; i < 2 * FEW; i++) {
		set_node(p, i, i % 2 + 1, INITCALL_DEVICE);
		set_edge(p, i, 1, 2);
	}
	expect_linear(test, p, 1);
	for (i = 0; i < 2 * FEW; i++)
		wrong += p->graph.order[i] != (i < FEW ? 2 * i + 1 : 2 * (i - FEW));
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, p->graph.nr_moved, FEW);
}

/* Each module needs the next hundred. */
static void __init order_dense(struct kunit *test)
{
	struct problem *p = new_graph(test, 0xa5, FEW, FEW + 1, 100 * (FEW - 100));
	u32 i, wrong = 0;

	for (i = 0; i < FEW; i++)
		set_node(p, i, i + 1, INITCALL_DEVICE);
	for (i = 0; i < p->graph.nr_edges; i++)
		set_edge(p, i, i / 100 + 1, i / 100 + 2 + i % 100);
	expect_linear(test, p, 1);
	for (i = 0; i < FEW - 100; i++)
		wrong += p->graph.order[FEW - 1 - i] != i;
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* The same chain, with an initcall at either end, at each level */
static void __init order_chain_at_all_levels(struct kunit *test)
{
	struct problem *p = new_graph(test, 0xa5, 2 * INITCALL_NR_LEVELS, FEW + 1, FEW - 1);
	u32 i, wrong = 0;

	for (i = 0; i < INITCALL_NR_LEVELS; i++) {
		set_node(p, 2 * i, 1, i);
		set_node(p, 2 * i + 1, FEW, i);
	}
	for (i = 0; i < FEW - 1; i++)
		set_edge(p, i, i + 1, i + 2);
	expect_linear(test, p, INITCALL_NR_LEVELS);
	for (i = 0; i < 2 * INITCALL_NR_LEVELS; i++)
		wrong += p->graph.order[i] != (i ^ 1);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* Every second dependency closes a cycle. */
static void __init order_cycles_many(struct kunit *test)
{
	struct problem *p = new_graph(test, 0xa5, FEW, FEW + 1, 2 * FEW - 2);
	u32 i, wrong = 0;

	for (i = 0; i < FEW; i++)
		set_node(p, i, i + 1, INITCALL_DEVICE);
	for (i = 0; i < FEW - 1; i++) {
		set_edge(p, 2 * i, i + 1, i + 2);
		set_edge(p, 2 * i + 1, i + 2, i + 1);
	}
	p->graph.cycle = NULL;
	expect_linear(test, p, 1);
	for (i = 0; i < FEW; i++)
		wrong += p->graph.order[i] != i;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, p->graph.nr_cycles, FEW - 1);
}

static int __init order_suite_init(struct kunit_suite *suite)
{
	arena = kvmalloc(ARENA, GFP_KERNEL);
	return arena ? 0 : -ENOMEM;
}

static void __init order_suite_exit(struct kunit_suite *suite)
{
	kvfree(arena);
}

static int __init order_init(struct kunit *test)
{
	arena_used = 0;
	return 0;
}

static struct kunit_case __refdata order_cases[] = {
	KUNIT_CASE(order_link),
	KUNIT_CASE(order_chain),
	KUNIT_CASE(order_diamond),
	KUNIT_CASE(order_siblings),
	KUNIT_CASE(order_duplicates),
	KUNIT_CASE(order_several_initcalls),
	KUNIT_CASE(order_through),
	KUNIT_CASE(order_levels),
	KUNIT_CASE(order_sync),
	KUNIT_CASE(order_all_levels),
	KUNIT_CASE(order_states),
	KUNIT_CASE(order_self),
	KUNIT_CASE(order_cycle_of_two),
	KUNIT_CASE(order_cycle_of_three),
	KUNIT_CASE(order_cycle_across_levels),
	KUNIT_CASE(order_cycles),
	KUNIT_CASE(order_cycle_without_report),
	KUNIT_CASE(order_before),
	KUNIT_CASE(order_before_node),
	KUNIT_CASE(order_long_chain),
	KUNIT_CASE(order_long_cycle),
	KUNIT_CASE(order_comb),
	KUNIT_CASE(order_crowd),
	KUNIT_CASE(order_random),
	KUNIT_CASE(order_deterministic),
	KUNIT_CASE(order_dense),
	KUNIT_CASE(order_chain_at_all_levels),
	KUNIT_CASE(order_cycles_many),
	{}
};

static struct kunit_suite __refdata order_suite = {
	.name = "initcall_depends_order",
	.suite_init = order_suite_init,
	.suite_exit = order_suite_exit,
	.init = order_init,
	.test_cases = order_cases,
};

kunit_test_init_section_suite(order_suite);
