// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The order of initcalls
 *
 * A pure function from link order and dependencies to the order in which to run
 * them.
 *
 * It has no state, allocates nothing, does not recurse and cannot fail, and its
 * time and memory are linear in the number of initcalls and dependencies. The
 * kernel, its tests and host tools compile this same file.
 *
 * Levels are never mixed, so each level is ordered on its own. The initcalls
 * that a module has at one level are a group, and a dependency between two
 * modules is an arc between their groups of that level. With that:
 *
 *  - Every initcall runs at its place in link order. Just before it, whatever it
 *    needs and has not run yet is run: the groups that its module needs, each
 *    as a whole, in link order of their first initcalls, each of them after the
 *    groups that it needs in turn.
 *
 *  - An initcall of the main half that needs, however indirectly, one of the
 *    _sync half is held back: its place is behind that _sync initcall which is
 *    the last in link order of those that it needs. The _sync half is never
 *    pulled in front of the main half.
 *
 *  - The initcalls of a group always run in link order among themselves.
 *
 *  - Groups that need each other in a circle keep the arcs that agree with link
 *    order and lose those that do not.
 *
 * All of this is depth-first search over groups. The search is done four times,
 * each time with another thing to do when a group is left: twice to find the
 * circles (Kosaraju), once to find what must be held back, and once to run.
 */

#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/types.h>

#include "order.h"

/**
 * struct group - the initcalls that one module has at one level
 * @module: that module
 * @first: first initcall in link order
 * @last: last initcall in link order
 * @last_sync: behind the last one of the _sync half, 0 if there is none
 * @anchor: behind the last _sync initcall that the group needs, 0 if none
 * @needs: first arc to a group that it needs, in link order of those
 * @needed_by: first arc from a group that needs it
 * @cursor: next arc to look at while it is on the stack
 * @below: group below it on the stack
 * @rank: groups in the order in which they were left
 * @circle: a group of the circle that it is in; mostly itself, alone in it
 * @cycle: number of that circle, 0 as long as it has none
 * @visited: the current search has entered it
 * @ready: everything that it needs has run
 */
struct group {
	u32 module;
	u32 first;
	u32 last;
	u32 last_sync;
	u32 anchor;
	u32 needs;
	u32 needed_by;
	u32 cursor;
	u32 below;
	u32 rank;
	u32 circle;
	u32 cycle;
	bool visited;
	bool ready;
};

/* An edge in the current level: its groups and the next arcs of the same group. */
struct arc {
	u32 consumer;
	u32 prerequisite;
	u32 next_needs;
	u32 next_needed_by;
};

/**
 * struct sorter - working state, laid out in the caller's scratch memory
 * @graph: the input
 * @order: the output
 * @nr_done: number of initcalls in @order
 * @groups: groups of the current level, in link order
 * @nr_groups: number of elements in @groups
 * @nr_left: number of groups that the current search has left
 * @group_of: by module: its group, valid if that group names the module
 * @arcs: by edge
 * @next: by initcall: the next one of its group
 * @held: by initcall: first initcall held back until it has run
 * @next_held: by initcall: next one held back for the same
 * @done: by initcall: it is in @order
 * @nr_cycles: number of cycles found so far
 * @circle: circle that is being collected
 */
struct sorter {
	const struct initcall_graph *graph;
	u32 *order;
	u32 nr_done;
	struct group *groups;
	u32 nr_groups;
	u32 nr_left;
	u32 *group_of;
	struct arc *arcs;
	u32 *next;
	u32 *held;
	u32 *next_held;
	u8 *done;
	u32 nr_cycles;
	u32 circle;
};

typedef void (*leave_fn)(struct sorter *s, u32 group);

static u32 __init module_group(const struct sorter *s, u32 module)
{
	u32 group = s->group_of[module];

	if (group < s->nr_groups && s->groups[group].module == module)
		return group;
	return INITCALL_NONE;
}

static u32 __init add_group(struct sorter *s, u32 module, u32 node)
{
	struct group *group = &s->groups[s->nr_groups];

	memset(group, 0, sizeof(*group));
	group->module = module;
	group->first = node;
	group->last = node;
	group->needs = INITCALL_NONE;
	group->needed_by = INITCALL_NONE;
	group->circle = INITCALL_NONE;
	s->group_of[module] = s->nr_groups;
	return s->nr_groups++;
}

static void __init collect_groups(struct sorter *s, u32 from, u32 to)
{
	const struct initcall_node *node;
	struct group *group;
	u32 i, id;

	s->nr_groups = 0;
	for (i = from; i < to; i++) {
		node = &s->graph->nodes[i];
		s->next[i] = INITCALL_NONE;
		s->held[i] = INITCALL_NONE;
		if (node->module == INITCALL_NONE)
			continue;
		id = module_group(s, node->module);
		if (id == INITCALL_NONE)
			id = add_group(s, node->module, i);
		group = &s->groups[id];
		if (group->last != i)
			s->next[group->last] = i;
		group->last = i;
		if (node->sync)
			group->last_sync = i + 1;
	}
}

/*
 * Two passes, so that the arcs of a consumer come in link order of what it
 * needs: first by prerequisite, then from the last prerequisite to the first.
 */
static void __init collect_arcs(struct sorter *s)
{
	struct group *consumer;
	struct arc *arc;
	u32 i, id;

	for (i = 0; i < s->graph->nr_edges; i++) {
		const struct initcall_edge *edge = &s->graph->edges[i];

		arc = &s->arcs[i];
		if (edge->state < INITCALL_EDGE_ORDERED || edge->consumer == edge->prerequisite)
			continue;
		arc->consumer = module_group(s, edge->consumer);
		arc->prerequisite = module_group(s, edge->prerequisite);
		if (arc->consumer == INITCALL_NONE || arc->prerequisite == INITCALL_NONE)
			continue;
		arc->next_needed_by = s->groups[arc->prerequisite].needed_by;
		s->groups[arc->prerequisite].needed_by = i;
	}
	for (id = s->nr_groups; id-- > 0; ) {
		for (i = s->groups[id].needed_by; i != INITCALL_NONE; i = arc->next_needed_by) {
			arc = &s->arcs[i];
			consumer = &s->groups[arc->consumer];
			arc->next_needs = consumer->needs;
			consumer->needs = i;
		}
	}
}

static bool __init in_circle(const struct sorter *s, const struct arc *arc)
{
	u32 circle = s->groups[arc->consumer].circle;

	return circle != INITCALL_NONE && circle == s->groups[arc->prerequisite].circle;
}

static bool __init ignored(const struct sorter *s, const struct arc *arc)
{
	return in_circle(s, arc) &&
	       s->groups[arc->prerequisite].last > s->groups[arc->consumer].first;
}

static void __init start_search(struct sorter *s)
{
	u32 id;

	for (id = 0; id < s->nr_groups; id++)
		s->groups[id].visited = false;
	s->nr_left = 0;
}

/* The next group to enter from the one on top of the stack, or INITCALL_NONE. */
static u32 __init step(struct sorter *s, struct group *top, bool backwards)
{
	const struct arc *arc;
	u32 to;

	while (top->cursor != INITCALL_NONE) {
		arc = &s->arcs[top->cursor];
		to = backwards ? arc->consumer : arc->prerequisite;
		top->cursor = backwards ? arc->next_needed_by : arc->next_needs;
		if (!s->groups[to].visited && !ignored(s, arc))
			return to;
	}
	return INITCALL_NONE;
}

/* Depth-first search from @root; the stack is linked through the groups. */
static void __init search(struct sorter *s, u32 root, bool backwards, leave_fn leave)
{
	u32 enter = root, top = INITCALL_NONE;
	struct group *group;

	if (s->groups[root].visited)
		return;
	for (;;) {
		if (enter != INITCALL_NONE) {
			group = &s->groups[enter];
			group->visited = true;
			group->cursor = backwards ? group->needed_by : group->needs;
			group->below = top;
			top = enter;
		}
		group = &s->groups[top];
		enter = step(s, group, backwards);
		if (enter != INITCALL_NONE)
			continue;
		leave(s, top);
		top = group->below;
		if (top == INITCALL_NONE)
			return;
	}
}

static void __init leave_rank(struct sorter *s, u32 id)
{
	s->groups[s->nr_left++].rank = id;
}

static void __init leave_circle(struct sorter *s, u32 id)
{
	s->groups[id].circle = s->circle;
}

static void __init leave_anchor(struct sorter *s, u32 id)
{
	struct group *group = &s->groups[id];
	const struct arc *arc;
	u32 i;

	for (i = group->needs; i != INITCALL_NONE; i = arc->next_needs) {
		const struct group *needed;

		arc = &s->arcs[i];
		needed = &s->groups[arc->prerequisite];
		if (ignored(s, arc))
			continue;
		group->anchor = max(group->anchor, max(needed->anchor, needed->last_sync));
	}
}

static void __init run_node(struct sorter *s, u32 node)
{
	if (s->done[node])
		return;
	s->done[node] = true;
	s->order[s->nr_done++] = node;
}

static void __init leave_run(struct sorter *s, u32 id)
{
	u32 node;

	for (node = s->groups[id].first; node != INITCALL_NONE; node = s->next[node])
		run_node(s, node);
}

static void __init search_all(struct sorter *s, leave_fn leave)
{
	u32 id;

	start_search(s);
	for (id = 0; id < s->nr_groups; id++)
		search(s, id, false, leave);
}

static void __init find_circles(struct sorter *s)
{
	u32 id;

	search_all(s, leave_rank);
	start_search(s);
	for (id = s->nr_groups; id-- > 0; ) {
		s->circle = s->groups[id].rank;
		search(s, s->circle, true, leave_circle);
	}
}

/* Circles are numbered as edges meet them; their first group keeps the number. */
static u32 __init cycle_number(struct sorter *s, const struct arc *arc)
{
	struct group *circle = &s->groups[s->groups[arc->consumer].circle];

	if (!circle->cycle)
		circle->cycle = ++s->nr_cycles;
	return circle->cycle;
}

static void __init mark_edge(struct sorter *s, const struct arc *arc, struct initcall_edge *edge)
{
	const struct group *consumer = &s->groups[arc->consumer];
	const struct group *needed = &s->groups[arc->prerequisite];

	if (in_circle(s, arc) && !edge->cycle)
		edge->cycle = cycle_number(s, arc);
	if (ignored(s, arc))
		edge->state = INITCALL_EDGE_CYCLIC;
	else if (edge->state == INITCALL_EDGE_ORDERED && max(needed->anchor, needed->last_sync) &&
		 !s->graph->nodes[consumer->first].sync)
		edge->state = INITCALL_EDGE_HELD;
}

/* A circle that modules form at several levels is one cycle, with one number. */
static void __init inherit_cycles(struct sorter *s)
{
	const struct arc *arc;
	u32 id, i;

	for (id = 0; id < s->nr_groups; id++) {
		for (i = s->groups[id].needs; i != INITCALL_NONE; i = arc->next_needs) {
			arc = &s->arcs[i];
			if (in_circle(s, arc) && s->graph->edges[i].cycle)
				s->groups[s->groups[id].circle].cycle = s->graph->edges[i].cycle;
		}
	}
}

/* Tell the caller what became of the edges at this level. */
static void __init mark_edges(struct sorter *s)
{
	const struct arc *arc;
	u32 id, i;

	inherit_cycles(s);
	for (id = 0; id < s->nr_groups; id++) {
		for (i = s->groups[id].needs; i != INITCALL_NONE; i = arc->next_needs) {
			arc = &s->arcs[i];
			mark_edge(s, arc, &s->graph->edges[i]);
		}
	}
}

/*
 * Run an initcall, and before the first one of its group what that needs. One of
 * the main half that was held back comes before its siblings of the _sync half.
 */
static void __init run_needed_first(struct sorter *s, u32 node)
{
	u32 id, i, module = s->graph->nodes[node].module;
	struct group *group;

	id = module == INITCALL_NONE ? INITCALL_NONE : module_group(s, module);
	if (id != INITCALL_NONE && !s->groups[id].ready) {
		group = &s->groups[id];
		group->ready = true;
		for (i = group->needs; i != INITCALL_NONE; i = s->arcs[i].next_needs) {
			if (!ignored(s, &s->arcs[i]))
				search(s, s->arcs[i].prerequisite, false, leave_run);
		}
		for (i = group->first; i != node; i = s->next[i])
			run_node(s, i);
	}
	run_node(s, node);
}

static bool __init is_held(const struct sorter *s, u32 i)
{
	const struct initcall_node *node = &s->graph->nodes[i];

	return node->module != INITCALL_NONE && !node->sync &&
	       s->groups[module_group(s, node->module)].anchor;
}

/* From the last to the first, so that each list comes out in link order. */
static void __init hold_back(struct sorter *s, u32 from, u32 to)
{
	u32 i, group, until;

	for (i = to; i-- > from; ) {
		if (!is_held(s, i))
			continue;
		group = module_group(s, s->graph->nodes[i].module);
		until = s->groups[group].anchor - 1;
		s->next_held[i] = s->held[until];
		s->held[until] = i;
	}
}

static void __init run_level(struct sorter *s, u32 from, u32 to)
{
	u32 i, held;

	start_search(s);
	for (i = from; i < to; i++) {
		if (is_held(s, i))
			continue;
		run_needed_first(s, i);
		for (held = s->held[i]; held != INITCALL_NONE; held = s->next_held[held])
			run_needed_first(s, held);
	}
}

static void __init sort_level(struct sorter *s, u32 from, u32 to)
{
	collect_groups(s, from, to);
	collect_arcs(s);
	find_circles(s);
	search_all(s, leave_anchor);
	mark_edges(s);
	hold_back(s, from, to);
	run_level(s, from, to);
}

/*
 * An edge that no pair of initcalls can honour by order is left to the retry.
 * The first and the last initcall of a module tell: levels do not decrease.
 * @first and @last are borrowed from arrays that are not in use yet.
 */
static void __init find_retries(const struct initcall_graph *graph, u32 *first, u32 *last)
{
	struct initcall_edge *edge;
	u32 i, consumer, needed;

	memset(first, 0xff, graph->nr_modules * sizeof(*first));
	memset(last, 0xff, graph->nr_modules * sizeof(*last));
	for (i = 0; i < graph->nr_nodes; i++) {
		if (graph->nodes[i].module == INITCALL_NONE)
			continue;
		if (first[graph->nodes[i].module] == INITCALL_NONE)
			first[graph->nodes[i].module] = i;
		last[graph->nodes[i].module] = i;
	}
	for (i = 0; i < graph->nr_edges; i++) {
		edge = &graph->edges[i];
		edge->cycle = 0;
		if (edge->state != INITCALL_EDGE_ORDERED)
			continue;
		consumer = last[edge->consumer];
		needed = first[edge->prerequisite];
		if (consumer == INITCALL_NONE || needed == INITCALL_NONE)
			edge->state = INITCALL_EDGE_ABSENT;
		else if (graph->nodes[needed].level > graph->nodes[consumer].level)
			edge->state = INITCALL_EDGE_RETRY;
	}
}

/**
 * initcall_order_scratch() - memory that initcall_order() needs to work
 * @graph: the graph that is going to be ordered; only its sizes matter
 *
 * Context: __init, any.
 * Return: size in bytes; SIZE_MAX if it cannot be had at all.
 */
size_t __init initcall_order_scratch(const struct initcall_graph *graph)
{
	size_t nodes, modules, edges;

	nodes = array_size(graph->nr_nodes, sizeof(struct group) + 3 * sizeof(u32) + sizeof(u8));
	modules = array_size(graph->nr_modules, 2 * sizeof(u32));
	edges = array_size(graph->nr_edges, sizeof(struct arc));
	return size_add(size_add(nodes, modules), edges);
}

/**
 * initcall_order() - put initcalls in the order in which they should run
 * @graph: initcalls and dependencies; the state of the latter is filled in
 * @scratch: memory of the size that initcall_order_scratch() tells, aligned as
 *	u32; what is in it does not matter, before or after
 * @order: array of @graph->nr_nodes elements; receives the numbers of the
 *	initcalls in the order in which to run them
 *
 * Initcalls stay in their level, and in link order unless a dependency demands
 * otherwise. Takes time linear in initcalls plus dependencies.
 *
 * Context: __init, any; neither sleeps nor allocates.
 */
void __init initcall_order(const struct initcall_graph *graph, void *scratch, u32 *order)
{
	struct sorter s = { .graph = graph, .order = order };
	u32 from, to;

	s.groups = scratch;
	s.arcs = (void *)(s.groups + graph->nr_nodes);
	s.group_of = (void *)(s.arcs + graph->nr_edges);
	s.next = s.group_of + 2 * (size_t)graph->nr_modules;
	s.held = s.next + graph->nr_nodes;
	s.next_held = s.held + graph->nr_nodes;
	s.done = (void *)(s.next_held + graph->nr_nodes);

	find_retries(graph, s.group_of, s.group_of + graph->nr_modules);
	memset(s.group_of, 0, graph->nr_modules * sizeof(*s.group_of));
	memset(s.done, 0, graph->nr_nodes);
	for (from = 0; from < graph->nr_nodes; from = to) {
		for (to = from; to < graph->nr_nodes; to++)
			if (graph->nodes[to].level != graph->nodes[from].level)
				break;
		sort_level(&s, from, to);
	}
}
