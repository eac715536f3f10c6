// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing the order of initcalls: bytes become a graph, the graph is ordered,
 * and the result is compared with what graph.h and order.c promise.
 *
 * What must hold is written down here with sets of modules, one bit each, and
 * shares nothing with the implementation.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>

#include "../../../kernel/initcall_depends/graph.h"
#include "fuzz.h"

#define MAX_NODES	48
#define MAX_EDGES	64
#define MAX_MODULES	16

/**
 * struct bytes - what is left of the input
 * @next: next byte
 * @left: number of bytes
 */
struct bytes {
	const u8 *next;
	size_t left;
};

/**
 * struct problem - a graph, and what was made of it
 * @nodes: the initcalls as they were
 * @edges: the dependencies as they were
 * @graph: what was ordered
 * @needs: by module: modules that it needs by an active edge
 * @reaches: by module: the same, through others as well
 * @reported: by edge: how often it was reported to close a cycle
 */
struct problem {
	struct initcall_node nodes[MAX_NODES];
	struct initcall_edge edges[MAX_EDGES];
	struct initcall_graph graph;
	u32 needs[MAX_MODULES + 1];
	u32 reaches[MAX_MODULES + 1];
	u32 reported[MAX_EDGES];
};

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_order: error: broken promise: %s\n", what);
	abort();
}

static u8 take(struct bytes *bytes)
{
	if (!bytes->left)
		return 0;
	bytes->left--;
	return *bytes->next++;
}

static void read_nodes(struct problem *p, struct bytes *bytes)
{
	u32 i, level = 0;
	u8 place;

	for (i = 0; i < p->graph.nr_nodes; i++) {
		place = take(bytes);
		if (place % 8 == 7 && level + 1 < INITCALL_NR_LEVELS)
			level++;
		p->nodes[i] = (struct initcall_node) {
			.module = take(bytes) % p->graph.nr_modules,
			.next = place,
			.before = INITCALL_NONE,
			.level = level,
		};
	}
}

/* Some take no part, and then may mean no module at all. */
static void read_edges(struct problem *p, struct bytes *bytes)
{
	static const u8 others[] = {
		INITCALL_EDGE_ABSENT, INITCALL_EDGE_AMBIGUOUS, INITCALL_EDGE_DROPPED,
	};
	u8 consumer, prerequisite;
	struct initcall_edge *edge;
	u32 i;

	for (i = 0; i < p->graph.nr_edges; i++) {
		edge = &p->edges[i];
		consumer = take(bytes);
		prerequisite = take(bytes);
		edge->state = INITCALL_EDGE_ACTIVE;
		edge->consumer = 1 + consumer % (p->graph.nr_modules - 1);
		edge->prerequisite = 1 + prerequisite % (p->graph.nr_modules - 1);
		if (consumer / 32 != 7)
			continue;
		edge->state = others[prerequisite / 32 % 3];
		if (edge->state == INITCALL_EDGE_ABSENT)
			edge->consumer = 0;
		if (edge->state == INITCALL_EDGE_AMBIGUOUS)
			edge->prerequisite = INITCALL_AMBIGUOUS;
	}
}

static void read_problem(struct problem *p, struct bytes *bytes)
{
	memset(p, 0, sizeof(*p));
	p->graph = (struct initcall_graph) {
		.nr_modules = take(bytes) % MAX_MODULES + 2,
		.nr_nodes = take(bytes) % (MAX_NODES + 1),
		.nr_edges = take(bytes) % (MAX_EDGES + 1),
	};
	read_nodes(p, bytes);
	read_edges(p, bytes);
}

/* Exactly as much memory as is needed, so that a sanitizer sees the end of it. */
static void *copy(const void *from, size_t count, size_t size, u8 poison)
{
	void *memory = malloc(count * size);

	must(memory || !count, "there is memory");
	if (from)
		memcpy(memory, from, count * size);
	else
		memset(memory, poison, count * size);
	return memory;
}

/* While the search is at the edge: a path from its consumer back to its prerequisite. */
static void check_cycle(const struct initcall_graph *graph, u32 i)
{
	struct problem *p = (void *)((char *)graph - offsetof(struct problem, graph));
	const struct initcall_edge *edge = &graph->edges[i], *via;
	u32 at = edge->consumer, length = 0, parent, need;

	must(i < graph->nr_edges && edge->state == INITCALL_EDGE_CYCLE, "G5: it is left out");
	p->reported[i]++;
	for (; at != edge->prerequisite; at = via->consumer) {
		parent = graph->search[at].parent;
		must(parent && parent < graph->nr_modules, "G5: the path has modules");
		need = graph->search[parent].cursor - 1;
		must(need < graph->nr_active && graph->needs[need].edge < graph->nr_edges,
		     "G5: the path has edges");
		via = &graph->edges[graph->needs[need].edge];
		must(via->consumer == parent, "G5: the path goes on");
		must(via->state == INITCALL_EDGE_ACTIVE, "G5: the others are kept");
		must(via->prerequisite == at, "G5: the path leads from module to module");
		must(length++ < graph->nr_modules, "G5: the path ends");
	}
}

/* What the function has to set itself is garbage before. */
static void run(struct problem *p, u8 poison)
{
	struct initcall_graph *graph = &p->graph;

	graph->nodes = copy(p->nodes, graph->nr_nodes, sizeof(*graph->nodes), 0);
	graph->edges = copy(p->edges, graph->nr_edges, sizeof(*graph->edges), 0);
	graph->search = copy(NULL, graph->nr_modules + 1, sizeof(*graph->search), poison);
	graph->needs = copy(NULL, graph->nr_edges, sizeof(*graph->needs), poison);
	graph->needed = copy(NULL, graph->nr_edges, sizeof(*graph->needed), poison);
	graph->order = copy(NULL, graph->nr_nodes, sizeof(u32), poison);
	graph->sorted = copy(NULL, graph->nr_modules, sizeof(u32), poison);
	graph->cycle = check_cycle;
	initcall_order(graph);
}

static void release(struct initcall_graph *graph)
{
	free(graph->nodes);
	free(graph->edges);
	free(graph->order);
	free(graph->sorted);
	free(graph->search);
	free(graph->needs);
	free(graph->needed);
}

static void check_deterministic(const struct problem *p)
{
	struct problem *again = malloc(sizeof(*again));
	u32 i;

	memcpy(again, p, sizeof(*again));
	again->graph = (struct initcall_graph) {
		.nr_modules = p->graph.nr_modules,
		.nr_nodes = p->graph.nr_nodes,
		.nr_edges = p->graph.nr_edges,
	};
	run(again, 0x55);
	for (i = 0; i < p->graph.nr_nodes; i++)
		must(p->graph.order[i] == again->graph.order[i], "G1: the same order again");
	for (i = 0; i < p->graph.nr_edges; i++)
		must(p->graph.edges[i].state == again->graph.edges[i].state,
		     "G1: the same states again");
	release(&again->graph);
	free(again);
}

static void check_permutation(const struct initcall_graph *graph)
{
	bool seen[MAX_NODES] = { };
	u32 i, node;

	must(graph->nr_done == graph->nr_nodes, "all initcalls are in the order");
	for (i = 0; i < graph->nr_nodes; i++) {
		node = graph->order[i];
		must(node < graph->nr_nodes, "only initcalls that exist");
		must(!seen[node], "no initcall twice");
		seen[node] = true;
		must(graph->nodes[node].level == graph->nodes[i].level, "G3: levels hold");
	}
}

/* Warshall's transitive closure. */
static void find_reaches(struct problem *p)
{
	const struct initcall_edge *edge = p->graph.edges;
	u32 through, from;

	for (; edge < p->graph.edges + p->graph.nr_edges; edge++)
		if (edge->state == INITCALL_EDGE_ACTIVE)
			p->needs[edge->consumer] |= 1U << edge->prerequisite;
	memcpy(p->reaches, p->needs, sizeof(p->reaches));
	for (through = 0; through <= MAX_MODULES; through++)
		for (from = 0; from <= MAX_MODULES; from++)
			if (p->reaches[from] & 1U << through)
				p->reaches[from] |= p->reaches[through];
}

static bool needs(const struct problem *p, u32 module, u32 other)
{
	return p->reaches[module] & 1U << other;
}

static void check_states(const struct problem *p)
{
	const struct initcall_edge *edge, *before;
	u32 i, cycles = 0;

	for (i = 0; i < p->graph.nr_edges; i++) {
		edge = &p->graph.edges[i];
		before = &p->edges[i];
		must(edge->consumer == before->consumer, "consumers stay");
		must(edge->prerequisite == before->prerequisite, "prerequisites stay");
		must(p->reported[i] == (edge->state == INITCALL_EDGE_CYCLE),
		     "G5: what is left out is reported once");
		if (edge->state != INITCALL_EDGE_CYCLE) {
			must(edge->state == before->state, "other states stay");
			continue;
		}
		cycles++;
		must(before->state == INITCALL_EDGE_ACTIVE, "only active edges are left out");
		must(edge->consumer == edge->prerequisite ||
		     needs(p, edge->prerequisite, edge->consumer),
		     "G5: only what would close a cycle is left out");
	}
	must(cycles == p->graph.nr_cycles, "cycles are counted");
	for (i = 1; i < p->graph.nr_modules; i++)
		must(!needs(p, i, i), "G5: no cycle is left");
}

static void check_sorted(const struct problem *p)
{
	const u32 *sorted = p->graph.sorted;
	u32 i, seen = 0, declared = 0;

	must(p->graph.nr_sorted < p->graph.nr_modules, "only as many modules as there are");
	for (i = 0; i < p->graph.nr_sorted; i++) {
		must(sorted[i] && sorted[i] < p->graph.nr_modules, "only modules that exist");
		must(!(seen & 1U << sorted[i]), "no module twice");
		must(!(p->needs[sorted[i]] & ~seen), "prerequisites come before consumers");
		seen |= 1U << sorted[i];
	}
	for (i = 1; i < p->graph.nr_modules; i++)
		declared |= p->needs[i] | (p->needs[i] ? 1U << i : 0);
	for (i = 1; i < p->graph.nr_modules; i++)
		must(p->graph.search[i].declared == !!(declared & 1U << i),
		     "declared are those of active edges");
	must(!(declared & ~seen), "all that are declared are sorted");
}

/* The first initcall in link order before which it has to be pulled. */
static u32 expected_before(const struct problem *p, u32 node)
{
	u32 i;

	for (i = 0; i < node; i++)
		if (p->nodes[i].level == p->nodes[node].level &&
		    needs(p, p->nodes[i].module, p->nodes[node].module))
			return i;
	return INITCALL_NONE;
}

static void check_moves(const struct problem *p)
{
	u32 i, moved = 0;

	for (i = 0; i < p->graph.nr_nodes; i++) {
		must(p->graph.nodes[i].before == expected_before(p, i),
		     "G2: what has to move moves, and nothing else");
		moved += p->graph.nodes[i].before != INITCALL_NONE;
	}
	must(moved == p->graph.nr_moved, "moves are counted");
}

/* Where an initcall runs among others: at its own place, or just before another one. */
static u32 turn_of(const struct problem *p, u32 node)
{
	u32 before = p->graph.nodes[node].before;

	return before == INITCALL_NONE ? 2 * node + 1 : 2 * before;
}

/* One initcall of a level has run before another one. */
static void check_pair(const struct problem *p, u32 first, u32 then)
{
	u32 a = p->nodes[first].module, b = p->nodes[then].module;

	if (a && a == b)
		must(first < then, "initcalls of a module stay in link order");
	must(!needs(p, a, b), "what is needed has run");
	must(turn_of(p, first) <= turn_of(p, then), "G2: everything else is in link order");
}

static void check_order(const struct problem *p)
{
	const u32 *order = p->graph.order;
	u32 i, j;

	for (i = 0; i < p->graph.nr_nodes; i++)
		for (j = i + 1; j < p->graph.nr_nodes; j++)
			if (p->nodes[order[i]].level == p->nodes[order[j]].level)
				check_pair(p, order[i], order[j]);
}

/**
 * struct expected - the order as the first comment of order.c has it, word by word
 * @p: the graph
 * @order: places in link order
 * @count: of those that have run
 * @done: by initcall
 * @seen: by level: modules of which all is done, and all that they need
 */
struct expected {
	const struct problem *p;
	u32 order[MAX_NODES];
	u32 count;
	bool done[MAX_NODES];
	u32 seen[INITCALL_NR_LEVELS];
};

static void expect_node(struct expected *all, u32 node)
{
	if (all->done[node])
		return;
	all->done[node] = true;
	all->order[all->count++] = node;
}

static void expect_module(struct expected *all, u32 module, u32 level);

static void expect_needed(struct expected *all, u32 module, u32 level)
{
	u32 needed;

	for (needed = 1; needed <= MAX_MODULES; needed++)
		if (all->p->needs[module] & 1U << needed)
			expect_module(all, needed, level);
}

static void expect_module(struct expected *all, u32 module, u32 level)
{
	const struct initcall_node *nodes = all->p->nodes;
	u32 i;

	if (all->seen[level] & 1U << module)
		return;
	all->seen[level] |= 1U << module;
	expect_needed(all, module, level);
	for (i = 0; i < all->p->graph.nr_nodes; i++)
		if (nodes[i].module == module && nodes[i].level == level)
			expect_node(all, i);
}

static void check_exactly(const struct problem *p)
{
	struct expected all = { .p = p };
	u32 i;

	for (i = 0; i < p->graph.nr_nodes; i++) {
		expect_needed(&all, p->nodes[i].module, p->nodes[i].level);
		expect_node(&all, i);
	}
	must(!memcmp(all.order, p->graph.order, all.count * sizeof(u32)),
	     "G2: prerequisites come in link order, right before the first that needs them");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct bytes bytes = { data, size };
	struct problem p;

	read_problem(&p, &bytes);
	run(&p, 0xff);
	check_deterministic(&p);
	check_permutation(&p.graph);
	find_reaches(&p);
	check_states(&p);
	check_sorted(&p);
	check_moves(&p);
	check_order(&p);
	check_exactly(&p);
	release(&p.graph);
	return 0;
}
