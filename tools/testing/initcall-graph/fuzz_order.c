// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing the order of initcalls: bytes become a graph, the graph is ordered,
 * and the result is held against what order.h and order.c promise.
 *
 * What must hold is written down here with sets of modules, one bit each, and
 * shares nothing with the implementation.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>

#include "../../../kernel/initcall_depends/moves.h"
#include "../../../kernel/initcall_depends/order.h"
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
 * struct level - what the edges mean at one level
 * @from: first initcall
 * @to: behind the last initcall
 * @present: modules that have an initcall here
 * @syncs: modules that have an initcall in the _sync half here
 * @first: by module: its first initcall
 * @last: by module: its last initcall
 * @needs: by module: modules that must have run, without those given up in a circle
 * @reaches: by module: the same, through others as well
 * @circle: by module: modules that it needs and that need it, however indirectly
 * @turns: by initcall: when it runs if nobody needs it, to be compared with others
 */
struct level {
	u32 from;
	u32 to;
	u32 present;
	u32 syncs;
	u32 first[MAX_MODULES];
	u32 last[MAX_MODULES];
	u32 needs[MAX_MODULES];
	u32 reaches[MAX_MODULES];
	u32 circle[MAX_MODULES];
	u32 turns[MAX_NODES];
};

/**
 * struct problem - a graph, and what was made of it
 * @nodes: the initcalls
 * @edges: the dependencies; receive their state
 * @before: the dependencies as they were
 * @graph: both
 * @order: receives the order
 * @moves: receives what moved
 * @level: the level that is being looked at
 * @given_up: edges that a level ignored, being part of a circle
 * @held: edges that hold back their consumer at some level
 * @circled: edges that are part of a circle at some level
 */
struct problem {
	struct initcall_node nodes[MAX_NODES];
	struct initcall_edge edges[MAX_EDGES];
	struct initcall_edge before[MAX_EDGES];
	struct initcall_graph graph;
	u32 order[MAX_NODES];
	u8 moves[MAX_NODES];
	struct level level;
	bool given_up[MAX_EDGES];
	bool held[MAX_EDGES];
	bool circled[MAX_EDGES];
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
	struct initcall_node node = { };
	u32 i, module;
	u8 place;

	for (i = 0; i < p->graph.nr_nodes; i++) {
		place = take(bytes);
		module = take(bytes) % (p->graph.nr_modules + 1);
		node.module = module == p->graph.nr_modules ? INITCALL_NONE : module;
		if (place % 8 == 7 && node.level + 1 < INITCALL_NR_LEVELS) {
			node.level++;
			node.sync = false;
		}
		node.sync |= place / 8 % 4 == 3;
		p->nodes[i] = node;
	}
}

/* Some take no part, and then mean no module at all. */
static void read_edges(struct problem *p, struct bytes *bytes)
{
	static const u8 others[] = {
		INITCALL_EDGE_ABSENT, INITCALL_EDGE_AMBIGUOUS, INITCALL_EDGE_DROPPED,
		INITCALL_EDGE_MODULE,
	};
	struct initcall_edge *edge;
	u8 consumer, prerequisite;
	u32 i;

	for (i = 0; i < p->graph.nr_edges; i++) {
		edge = &p->edges[i];
		consumer = take(bytes);
		prerequisite = take(bytes);
		edge->cycle = prerequisite;
		edge->state = INITCALL_EDGE_ORDERED;
		edge->consumer = consumer % p->graph.nr_modules;
		edge->prerequisite = prerequisite % p->graph.nr_modules;
		if (consumer / 32 == 7) {
			edge->state = others[prerequisite / 32 % 4];
			edge->consumer = INITCALL_NONE;
		}
	}
	memcpy(p->before, p->edges, sizeof(p->before));
}

static void read_problem(struct problem *p, struct bytes *bytes)
{
	memset(p, 0, sizeof(*p));
	p->graph = (struct initcall_graph){
		.nodes = p->nodes,
		.edges = p->edges,
		.nr_modules = take(bytes) % MAX_MODULES + 1,
		.nr_nodes = take(bytes) % (MAX_NODES + 1),
		.nr_edges = take(bytes) % (MAX_EDGES + 1),
	};
	read_nodes(p, bytes);
	read_edges(p, bytes);
}

/* Exactly as much memory as was asked for, so that a sanitizer sees the end of it. */
static void run(struct problem *p, u8 poison)
{
	size_t size = initcall_order_scratch(&p->graph);
	u32 *order = malloc(p->graph.nr_nodes * sizeof(*order));
	void *scratch = malloc(size);

	must(scratch && order, "there is memory");
	memset(scratch, poison, size);
	initcall_order(&p->graph, scratch, order);
	memcpy(p->order, order, p->graph.nr_nodes * sizeof(*order));
	free(scratch);
	free(order);
}

static void check_deterministic(const struct problem *p)
{
	struct problem again = *p;
	u32 i;

	memcpy(again.edges, again.before, sizeof(again.edges));
	again.graph.nodes = again.nodes;
	again.graph.edges = again.edges;
	run(&again, 0x55);
	must(!memcmp(p->order, again.order, sizeof(p->order)), "G1: the same order again");
	for (i = 0; i < p->graph.nr_edges; i++)
		must(p->edges[i].state == again.edges[i].state &&
		     p->edges[i].cycle == again.edges[i].cycle, "G1: the same states again");
}

static void check_permutation(const struct problem *p)
{
	bool seen[MAX_NODES] = { };
	u32 i;

	for (i = 0; i < p->graph.nr_nodes; i++) {
		must(p->order[i] < p->graph.nr_nodes, "only initcalls that exist");
		must(!seen[p->order[i]], "no initcall twice");
		seen[p->order[i]] = true;
		must(p->nodes[p->order[i]].level == p->nodes[i].level, "G3: levels hold");
	}
}

static bool takes_part(const struct problem *p, u32 i, const struct level *level)
{
	const struct initcall_edge *edge = &p->before[i];

	return edge->state == INITCALL_EDGE_ORDERED && edge->consumer != edge->prerequisite &&
	       level->present & 1U << edge->consumer && level->present & 1U << edge->prerequisite;
}

static void find_modules(struct problem *p, struct level *level)
{
	u32 i, module;

	for (i = level->from; i < level->to; i++) {
		module = p->nodes[i].module;
		if (module == INITCALL_NONE)
			continue;
		if (!(level->present & 1U << module))
			level->first[module] = i;
		level->present |= 1U << module;
		level->last[module] = i;
		if (p->nodes[i].sync)
			level->syncs |= 1U << module;
	}
}

/* Warshall's transitive closure. */
static void find_reaches(struct level *level)
{
	u32 through, from;

	memcpy(level->reaches, level->needs, sizeof(level->reaches));
	for (through = 0; through < MAX_MODULES; through++)
		for (from = 0; from < MAX_MODULES; from++)
			if (level->reaches[from] & 1U << through)
				level->reaches[from] |= level->reaches[through];
}

static void find_circles(struct level *level)
{
	u32 a, b;

	for (a = 0; a < MAX_MODULES; a++)
		for (b = 0; b < MAX_MODULES; b++)
			if (level->reaches[a] & 1U << b && level->reaches[b] & 1U << a)
				level->circle[a] |= 1U << b;
}

/* In a circle, only what link order does anyway is kept. */
static void give_up(struct problem *p, struct level *level)
{
	u32 i, consumer, prerequisite;

	for (i = 0; i < p->graph.nr_edges; i++) {
		consumer = p->before[i].consumer;
		prerequisite = p->before[i].prerequisite;
		if (!takes_part(p, i, level) || !(level->circle[consumer] & 1U << prerequisite))
			continue;
		p->circled[i] = true;
		if (level->last[prerequisite] < level->first[consumer])
			continue;
		p->given_up[i] = true;
		level->needs[consumer] &= ~(1U << prerequisite);
	}
}

static void find_held(struct problem *p, const struct level *level)
{
	u32 i, consumer, needed;

	for (i = 0; i < p->graph.nr_edges; i++) {
		consumer = p->before[i].consumer;
		needed = p->before[i].prerequisite;
		if (takes_part(p, i, level) && level->needs[consumer] & 1U << needed &&
		    level->syncs & (1U << needed | level->reaches[needed]) &&
		    !p->nodes[level->first[consumer]].sync)
			p->held[i] = true;
	}
}

static void understand_level(struct problem *p, u32 from, u32 to)
{
	struct level *level = &p->level;
	u32 i;

	memset(level, 0, sizeof(*level));
	level->from = from;
	level->to = to;
	find_modules(p, level);
	for (i = 0; i < p->graph.nr_edges; i++)
		if (takes_part(p, i, level))
			level->needs[p->before[i].consumer] |= 1U << p->before[i].prerequisite;
	find_reaches(level);
	find_circles(level);
	give_up(p, level);
	find_reaches(level);
	find_held(p, level);
}

/* Does it wait for the _sync half? */
static bool is_held(const struct problem *p, u32 node)
{
	u32 module = p->nodes[node].module;

	return module != INITCALL_NONE && !p->nodes[node].sync &&
	       p->level.reaches[module] & p->level.syncs;
}

/* Its place in link order; if held back, behind the last of the _sync half that it needs. */
static u32 own_turn(const struct problem *p, u32 node)
{
	u32 module = p->nodes[node].module, i;

	if (!is_held(p, node))
		return 2 * node * MAX_NODES;
	for (i = p->level.to - 1; i > p->level.from; i--)
		if (p->nodes[i].sync && p->nodes[i].module != INITCALL_NONE &&
		    p->level.reaches[module] & 1U << p->nodes[i].module)
			break;
	return (2 * i + 1) * MAX_NODES + node;
}

/* None runs behind a sibling that link order has behind it: then both have one turn. */
static void find_turns(struct problem *p)
{
	const struct initcall_node *nodes = p->nodes;
	u32 *turns = p->level.turns, i, later;

	for (i = p->level.from; i < p->level.to; i++)
		turns[i] = own_turn(p, i);
	for (i = p->level.from; i < p->level.to; i++)
		for (later = i + 1; later < p->level.to; later++)
			if (nodes[i].module != INITCALL_NONE && turns[later] < turns[i] &&
			    nodes[i].module == nodes[later].module)
				turns[i] = turns[later];
}

static bool is_needed(const struct problem *p, u32 node)
{
	u32 i, module = p->nodes[node].module;

	for (i = 0; module != INITCALL_NONE && i < MAX_MODULES; i++)
		if (p->level.needs[i] & 1U << module)
			return true;
	return false;
}

/* One initcall of a level has run before another one. */
static void check_pair(const struct problem *p, u32 first, u32 then)
{
	const struct initcall_node *a = &p->nodes[first], *b = &p->nodes[then];

	if (a->module != INITCALL_NONE && a->module == b->module) {
		must(first < then, "initcalls of a module stay in link order");
		return;
	}
	if (a->module != INITCALL_NONE && b->module != INITCALL_NONE)
		must(!(p->level.needs[a->module] & 1U << b->module),
		     "what is needed has run");
	if (a->sync && !b->sync)
		must(is_held(p, then), "G3: only who needs the _sync half waits for it");
	must(is_needed(p, first) || p->level.turns[first] < p->level.turns[then],
	     "G2: who is not needed runs when it is its turn");
}

static void check_level(const struct problem *p)
{
	u32 i, j;

	for (i = p->level.from; i < p->level.to; i++)
		for (j = i + 1; j < p->level.to; j++)
			check_pair(p, p->order[i], p->order[j]);
}

static u32 first_of(const struct problem *p, u32 module)
{
	u32 i = 0;

	while (i < p->graph.nr_nodes && p->nodes[i].module != module)
		i++;
	return i;
}

static u32 last_of(const struct problem *p, u32 module)
{
	u32 i = p->graph.nr_nodes;

	while (i > 0 && p->nodes[i - 1].module != module)
		i--;
	return i - 1;
}

static u8 expected_state(const struct problem *p, u32 i)
{
	const struct initcall_edge *edge = &p->before[i];
	u32 consumer, needed;

	if (edge->state != INITCALL_EDGE_ORDERED)
		return edge->state;
	consumer = last_of(p, edge->consumer);
	needed = first_of(p, edge->prerequisite);
	if (consumer >= p->graph.nr_nodes || needed == p->graph.nr_nodes)
		return INITCALL_EDGE_ABSENT;
	if (p->nodes[needed].level > p->nodes[consumer].level)
		return INITCALL_EDGE_RETRY;
	if (p->given_up[i])
		return INITCALL_EDGE_CYCLIC;
	return p->held[i] ? INITCALL_EDGE_HELD : INITCALL_EDGE_ORDERED;
}

static void check_states(const struct problem *p)
{
	u32 i;

	for (i = 0; i < p->graph.nr_edges; i++) {
		must(p->edges[i].consumer == p->before[i].consumer, "consumers stay");
		must(p->edges[i].prerequisite == p->before[i].prerequisite, "prerequisites stay");
		must(p->edges[i].state == expected_state(p, i), "G5: edges have their state");
		must(!p->edges[i].cycle == !p->circled[i], "G5: who is in a cycle is told so");
		must(p->edges[i].cycle <= p->graph.nr_edges, "cycles are counted");
	}
}

/* Of one level only: at several, circles can be part of each other. */
static void check_cycle_numbers(const struct problem *p)
{
	u32 i, j;

	for (i = 0; i < p->graph.nr_edges; i++) {
		for (j = 0; j < i; j++) {
			if (p->circled[i] && p->circled[j])
				must((p->edges[i].cycle == p->edges[j].cycle) ==
				     (p->level.circle[p->edges[i].consumer] >>
				      p->edges[j].consumer & 1),
				     "G5: a cycle has a number of its own");
		}
	}
}

static u8 expected_move(const struct problem *p, u32 place)
{
	const struct initcall_node *node = &p->nodes[p->order[place]], *other;
	u32 i;

	for (i = 0; i < place && !node->sync; i++) {
		other = &p->nodes[p->order[i]];
		if (other->level == node->level && other->sync)
			return INITCALL_HELD_BACK;
	}
	for (i = place + 1; i < p->graph.nr_nodes; i++)
		if (p->order[i] < p->order[place] && p->moves[i] != INITCALL_HELD_BACK)
			return INITCALL_PULLED;
	return INITCALL_STAYED;
}

static void check_cause(const struct problem *p, u32 place)
{
	u32 cause = initcall_move_cause(&p->graph, p->order, p->moves, place), other;

	must(cause < p->graph.nr_nodes, "who made it move exists");
	for (other = 0; p->order[other] != cause; other++)
		;
	must(p->nodes[cause].level == p->nodes[p->order[place]].level, "who made it move is near");
	must(p->moves[other] != INITCALL_HELD_BACK, "who made it move is no victim itself");
	if (p->moves[place] == INITCALL_HELD_BACK)
		must(other < place && p->nodes[cause].sync, "it waits for one of the _sync half");
	else
		must(other > place && cause < p->order[place], "it has overtaken somebody");
}

static void check_moves(struct problem *p)
{
	u32 i;

	initcall_find_moves(&p->graph, p->order, p->moves);
	for (i = 0; i < p->graph.nr_nodes; i++) {
		must(p->moves[i] == expected_move(p, i), "moves are told as they are");
		if (p->moves[i] != INITCALL_STAYED)
			check_cause(p, i);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct bytes bytes = { data, size };
	u32 from, to, levels = 0;
	struct problem p;

	read_problem(&p, &bytes);
	run(&p, 0xff);
	check_deterministic(&p);
	check_permutation(&p);
	for (from = 0; from < p.graph.nr_nodes; from = to) {
		for (to = from; to < p.graph.nr_nodes; to++)
			if (p.nodes[to].level != p.nodes[from].level)
				break;
		understand_level(&p, from, to);
		find_turns(&p);
		check_level(&p);
		levels++;
	}
	check_states(&p);
	if (levels == 1)
		check_cycle_numbers(&p);
	check_moves(&p);
	return 0;
}
