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
 * All of this is depth-first search over groups. Most levels are done with one
 * search, or none at all: one in which no arc exists runs in link order, and one
 * in which nothing is to be held back is run at once. Only when that search
 * meets a circle, or when somebody may have to be held back, the search is done
 * four times, each time with another thing to do when a group is left: twice to
 * find the circles (Kosaraju), once to find what must be held back, and once to
 * run.
 *
 * What is looked at for each arc is in arrays of its own, so that large graphs
 * do not wait for memory all the time.
 */

#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/types.h>

#include "order.h"

/**
 * struct group - the initcalls that one module has at one level
 * @first: first initcall in link order
 * @last: last initcall in link order
 * @last_sync: behind the last one of the _sync half, 0 if there is none
 * @anchor: behind the last _sync initcall that the group needs, 0 if none
 * @cursor: next arc to look at in the current search
 * @end: behind its last one
 * @below: group below it on the stack
 * @ready: everything that it needs has run
 */
struct group {
	u32 first;
	u32 last;
	u32 last_sync;
	u32 anchor;
	u32 cursor;
	u32 end;
	u32 below;
	bool ready;
};

/**
 * struct module - what has to be known of a module
 * @levels: a bit for each level that it has initcalls at
 * @group: its group at the current level, if it has one
 */
struct module {
	u32 levels;
	u32 group;
};

/* An edge in the current level, seen from one of its groups. */
struct arc {
	u32 group;
	u32 edge;
};

/**
 * struct arcs - the arcs of all groups, in one direction
 * @start: by group: its first arc; one more, so that each has an end
 * @list: those of the first group, of the second, and so on
 */
struct arcs {
	u32 *start;
	struct arc *list;
};

/* What the current search knows of a group. */
enum seen {
	NEW,
	OPEN,	/* on the stack */
	LEFT,
};

/**
 * struct sorter - working state, laid out in the caller's scratch memory
 * @graph: the input
 * @order: the output
 * @nr_done: number of initcalls in @order
 * @level: the current level, as one of the bits of a module
 * @arc_levels: levels that have arcs
 * @modules: by number of the module
 * @groups: groups of the current level, in link order
 * @nr_groups: number of elements in @groups
 * @needs: what a group needs, in link order
 * @needed_by: who needs a group
 * @list: those of the two that the current search goes along
 * @seen: by group: enum seen
 * @left: groups in the order in which the current search has left them
 * @nr_left: number of elements in @left
 * @circle_of: by group: a group of its circle; mostly itself, alone in it
 * @cycle_of: by group: number of the circle that is known by that group, or 0
 * @next: by initcall: the next one of its group; not set for the last one
 * @held: by initcall: first initcall held back until it has run; set if @has_anchors
 * @next_held: by initcall: next one held back for the same
 * @done: by initcall: it is in @order
 * @nr_cycles: number of cycles found so far
 * @circle: circle that is being collected
 * @met_circle: a search has come from a group back to that group
 * @has_circles: the circles of this level are known, and there are some
 * @has_anchors: somebody needs an initcall of the _sync half
 */
struct sorter {
	const struct initcall_graph *graph;
	u32 *order;
	u32 nr_done;
	u32 level;
	u32 arc_levels;
	struct module *modules;
	struct group *groups;
	u32 nr_groups;
	struct arcs needs;
	struct arcs needed_by;
	const struct arc *list;
	u8 *seen;
	u32 *left;
	u32 nr_left;
	u32 *circle_of;
	u32 *cycle_of;
	u32 *next;
	u32 *held;
	u32 *next_held;
	u8 *done;
	u32 nr_cycles;
	u32 circle;
	bool met_circle;
	bool has_circles;
	bool has_anchors;
};

typedef void (*leave_fn)(struct sorter *s, u32 group);

/* The group of a module may be one of an earlier level. */
static bool __init has_group(const struct sorter *s, u32 module)
{
	u32 group = s->modules[module].group;

	return group < s->nr_groups &&
	       s->graph->nodes[s->groups[group].first].module == module;
}

static void __init add_group(struct sorter *s, u32 module, u32 node)
{
	struct group *group = &s->groups[s->nr_groups];

	memset(group, 0, sizeof(*group));
	group->first = node;
	group->last = node;
	s->modules[module].group = s->nr_groups++;
}

static void __init collect_groups(struct sorter *s, u32 from, u32 to)
{
	const struct initcall_node *node;
	struct group *group;
	u32 i;

	s->nr_groups = 0;
	for (i = from; i < to; i++) {
		node = &s->graph->nodes[i];
		if (node->module == INITCALL_NONE)
			continue;
		if (!has_group(s, node->module))
			add_group(s, node->module, i);
		group = &s->groups[s->modules[node->module].group];
		if (group->last != i)
			s->next[group->last] = i;
		group->last = i;
		if (node->sync)
			group->last_sync = i + 1;
	}
}

static bool __init is_arc(const struct sorter *s, const struct initcall_edge *edge)
{
	return edge->state >= INITCALL_EDGE_ORDERED && edge->consumer != edge->prerequisite &&
	       s->modules[edge->consumer].levels & s->modules[edge->prerequisite].levels &
	       s->level;
}

/* How many arcs each group has, as @start. */
static void __init count_arcs(struct sorter *s)
{
	const struct initcall_edge *edge = s->graph->edges;
	u32 i;

	memset(s->needs.start, 0, s->nr_groups * sizeof(u32));
	memset(s->needed_by.start, 0, s->nr_groups * sizeof(u32));
	for (i = 0; i < s->graph->nr_edges; i++, edge++) {
		if (!is_arc(s, edge))
			continue;
		s->needs.start[s->modules[edge->consumer].group]++;
		s->needed_by.start[s->modules[edge->prerequisite].group]++;
	}
}

/* From numbers of arcs to where they end; adding them turns that into where they start. */
static void __init reserve_arcs(struct sorter *s)
{
	u32 id, needs = 0, needed_by = 0;

	for (id = 0; id < s->nr_groups; id++) {
		if (s->needed_by.start[id] && s->groups[id].last_sync)
			s->has_anchors = true;
		needs += s->needs.start[id];
		needed_by += s->needed_by.start[id];
		s->needs.start[id] = needs;
		s->needed_by.start[id] = needed_by;
	}
	s->needs.start[id] = needs;
	s->needed_by.start[id] = needed_by;
}

static void __init add_arc(struct arcs *arcs, u32 from, u32 to, u32 edge)
{
	arcs->list[--arcs->start[from]] = (struct arc) { .group = to, .edge = edge };
}

/*
 * Sorted by prerequisite first, and from there by consumer, so that the arcs of a
 * consumer come in link order of what it needs.
 */
static void __init collect_arcs(struct sorter *s)
{
	const struct initcall_edge *edge;
	const struct arc *arc;
	u32 i, id;

	s->has_anchors = false;
	count_arcs(s);
	reserve_arcs(s);
	for (i = s->graph->nr_edges; i-- > 0; ) {
		edge = &s->graph->edges[i];
		if (is_arc(s, edge))
			add_arc(&s->needed_by, s->modules[edge->prerequisite].group,
				s->modules[edge->consumer].group, i);
	}
	for (id = s->nr_groups; id-- > 0; ) {
		for (i = s->needed_by.start[id + 1]; i-- > s->needed_by.start[id]; ) {
			arc = &s->needed_by.list[i];
			add_arc(&s->needs, arc->group, id, arc->edge);
		}
	}
}

static bool __init in_circle(const struct sorter *s, u32 consumer, u32 prerequisite)
{
	return s->has_circles && s->circle_of[consumer] == s->circle_of[prerequisite];
}

static bool __init ignored(const struct sorter *s, u32 consumer, u32 prerequisite)
{
	return in_circle(s, consumer, prerequisite) &&
	       s->groups[prerequisite].last > s->groups[consumer].first;
}

static void __init start_search(struct sorter *s, const struct arcs *arcs)
{
	u32 id;

	s->list = arcs->list;
	for (id = 0; id < s->nr_groups; id++) {
		s->groups[id].cursor = arcs->start[id];
		s->groups[id].end = arcs->start[id + 1];
	}
	memset(s->seen, NEW, s->nr_groups);
	s->nr_left = 0;
	s->met_circle = false;
}

/* The next group to enter from the one on top of the stack, or INITCALL_NONE. */
static u32 __init step(struct sorter *s, u32 top)
{
	struct group *group = &s->groups[top];
	u32 to;

	while (group->cursor < group->end) {
		to = s->list[group->cursor++].group;
		if (s->seen[to] == LEFT || ignored(s, top, to))
			continue;
		if (s->seen[to] == NEW)
			return to;
		s->met_circle = true;
	}
	return INITCALL_NONE;
}

/* Depth-first search from @root; the stack is linked through the groups. */
static void __init search(struct sorter *s, u32 root, leave_fn leave)
{
	u32 enter = root, top = INITCALL_NONE;

	if (s->seen[root] != NEW)
		return;
	for (;;) {
		if (enter != INITCALL_NONE) {
			s->seen[enter] = OPEN;
			s->groups[enter].below = top;
			top = enter;
		}
		enter = step(s, top);
		if (enter != INITCALL_NONE)
			continue;
		leave(s, top);
		s->seen[top] = LEFT;
		top = s->groups[top].below;
		if (top == INITCALL_NONE)
			return;
	}
}

static void __init leave_listed(struct sorter *s, u32 id)
{
	s->left[s->nr_left++] = id;
}

static void __init leave_circle(struct sorter *s, u32 id)
{
	s->circle_of[id] = s->circle;
}

static void __init leave_anchor(struct sorter *s, u32 id)
{
	struct group *group = &s->groups[id];
	const struct group *needed;
	u32 i, to;

	for (i = s->needs.start[id]; i < s->needs.start[id + 1]; i++) {
		to = s->needs.list[i].group;
		needed = &s->groups[to];
		if (!ignored(s, id, to))
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
	u32 node = s->groups[id].first, last = s->groups[id].last;

	run_node(s, node);
	while (node != last) {
		node = s->next[node];
		run_node(s, node);
	}
}

static void __init search_all(struct sorter *s, leave_fn leave)
{
	u32 id;

	start_search(s, &s->needs);
	for (id = 0; id < s->nr_groups; id++)
		search(s, id, leave);
}

static void __init find_circles(struct sorter *s)
{
	u32 i;

	s->has_circles = false;
	search_all(s, leave_listed);
	if (!s->met_circle)
		return;
	start_search(s, &s->needed_by);
	for (i = s->nr_groups; i-- > 0; ) {
		s->circle = s->left[i];
		search(s, s->circle, leave_circle);
	}
	memset(s->cycle_of, 0, s->nr_groups * sizeof(u32));
	s->has_circles = true;
}

/* Circles are numbered as edges meet them; their first group keeps the number. */
static u32 __init cycle_number(struct sorter *s, u32 consumer)
{
	u32 *cycle = &s->cycle_of[s->circle_of[consumer]];

	if (!*cycle)
		*cycle = ++s->nr_cycles;
	return *cycle;
}

static void __init mark_edge(struct sorter *s, u32 consumer, const struct arc *arc)
{
	struct initcall_edge *edge = &s->graph->edges[arc->edge];
	const struct group *needed = &s->groups[arc->group];

	if (in_circle(s, consumer, arc->group) && !edge->cycle)
		edge->cycle = cycle_number(s, consumer);
	if (ignored(s, consumer, arc->group))
		edge->state = INITCALL_EDGE_CYCLIC;
	else if (edge->state == INITCALL_EDGE_ORDERED && max(needed->anchor, needed->last_sync) &&
		 !s->graph->nodes[s->groups[consumer].first].sync)
		edge->state = INITCALL_EDGE_HELD;
}

/* A circle that modules form at several levels is one cycle, with one number. */
static void __init inherit_cycles(struct sorter *s)
{
	const struct arc *arc;
	u32 id, i;

	for (id = 0; id < s->nr_groups; id++) {
		for (i = s->needs.start[id]; i < s->needs.start[id + 1]; i++) {
			arc = &s->needs.list[i];
			if (in_circle(s, id, arc->group) && s->graph->edges[arc->edge].cycle)
				s->cycle_of[s->circle_of[id]] = s->graph->edges[arc->edge].cycle;
		}
	}
}

/* Tell the caller what became of the edges at this level. */
static void __init mark_edges(struct sorter *s)
{
	u32 id, i;

	inherit_cycles(s);
	for (id = 0; id < s->nr_groups; id++)
		for (i = s->needs.start[id]; i < s->needs.start[id + 1]; i++)
			mark_edge(s, id, &s->needs.list[i]);
}

/*
 * Run an initcall, and before the first one of its group what that needs. One of
 * the main half that was held back comes before its siblings of the _sync half.
 */
static void __init run_needed_first(struct sorter *s, u32 node)
{
	u32 id, i, module = s->graph->nodes[node].module;
	struct group *group;

	id = module == INITCALL_NONE ? INITCALL_NONE : s->modules[module].group;
	if (id != INITCALL_NONE && !s->groups[id].ready) {
		group = &s->groups[id];
		group->ready = true;
		for (i = s->needs.start[id]; i < s->needs.start[id + 1]; i++) {
			if (!ignored(s, id, s->needs.list[i].group))
				search(s, s->needs.list[i].group, leave_run);
		}
		for (i = group->first; i != node; i = s->next[i])
			run_node(s, i);
	}
	run_node(s, node);
}

static bool __init is_held(const struct sorter *s, u32 i)
{
	const struct initcall_node *node = &s->graph->nodes[i];

	return s->has_anchors && node->module != INITCALL_NONE && !node->sync &&
	       s->groups[s->modules[node->module].group].anchor;
}

/* From the last to the first, so that each list comes out in link order. */
static void __init hold_back(struct sorter *s, u32 from, u32 to)
{
	u32 i, group, until;

	if (!s->has_anchors)
		return;
	memset(s->held + from, 0xff, (to - from) * sizeof(u32));
	for (i = to; i-- > from; ) {
		if (!is_held(s, i))
			continue;
		group = s->modules[s->graph->nodes[i].module].group;
		until = s->groups[group].anchor - 1;
		s->next_held[i] = s->held[until];
		s->held[until] = i;
	}
}

static void __init run_level(struct sorter *s, u32 from, u32 to)
{
	u32 i, held;

	start_search(s, &s->needs);
	for (i = from; i < to; i++) {
		if (is_held(s, i))
			continue;
		run_needed_first(s, i);
		if (!s->has_anchors)
			continue;
		for (held = s->held[i]; held != INITCALL_NONE; held = s->next_held[held])
			run_needed_first(s, held);
	}
}

/* What run_level() has done before it met a circle. */
static void __init undo_level(struct sorter *s, u32 from, u32 to)
{
	u32 id;

	for (id = 0; id < s->nr_groups; id++)
		s->groups[id].ready = false;
	memset(s->done + from, 0, to - from);
	s->nr_done = from;
}

static void __init sort_level(struct sorter *s, u32 from, u32 to)
{
	s->has_circles = false;
	collect_groups(s, from, to);
	collect_arcs(s);
	if (!s->has_anchors) {
		run_level(s, from, to);
		if (!s->met_circle)
			return;
		undo_level(s, from, to);
	}
	find_circles(s);
	search_all(s, leave_anchor);
	mark_edges(s);
	hold_back(s, from, to);
	run_level(s, from, to);
}

static void __init keep_level(struct sorter *s, u32 from, u32 to)
{
	u32 i;

	for (i = from; i < to; i++)
		s->order[s->nr_done++] = i;
}

static void __init find_levels(struct sorter *s)
{
	const struct initcall_node *node = s->graph->nodes;
	u32 i;

	memset(s->modules, 0, s->graph->nr_modules * sizeof(*s->modules));
	for (i = 0; i < s->graph->nr_nodes; i++, node++)
		if (node->module != INITCALL_NONE)
			s->modules[node->module].levels |= 1U << node->level;
}

/*
 * An edge that no pair of initcalls can honour by order is left to the retry:
 * the lowest level of the prerequisite is above all levels of the consumer.
 */
static void __init find_retries(struct sorter *s)
{
	struct initcall_edge *edge = s->graph->edges;
	u32 i, consumer, needed;

	for (i = 0; i < s->graph->nr_edges; i++, edge++) {
		edge->cycle = 0;
		if (edge->state < INITCALL_EDGE_ORDERED)
			continue;
		consumer = s->modules[edge->consumer].levels;
		needed = s->modules[edge->prerequisite].levels;
		s->arc_levels |= consumer & needed;
		if (edge->state != INITCALL_EDGE_ORDERED)
			continue;
		if (!consumer || !needed)
			edge->state = INITCALL_EDGE_ABSENT;
		else if ((needed & -needed) > consumer)
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

	nodes = array_size(graph->nr_nodes,
			   sizeof(struct group) + 8 * sizeof(u32) + 2 * sizeof(u8));
	modules = array_size(graph->nr_modules, sizeof(struct module));
	edges = array_size(graph->nr_edges, 2 * sizeof(struct arc));
	return size_add(size_add(size_add(nodes, modules), edges), 2 * sizeof(u32));
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
	s.modules = (void *)(s.groups + graph->nr_nodes);
	s.needs.list = (void *)(s.modules + graph->nr_modules);
	s.needed_by.list = s.needs.list + graph->nr_edges;
	s.needs.start = (void *)(s.needed_by.list + graph->nr_edges);
	s.needed_by.start = s.needs.start + graph->nr_nodes + 1;
	s.left = s.needed_by.start + graph->nr_nodes + 1;
	s.circle_of = s.left + graph->nr_nodes;
	s.cycle_of = s.circle_of + graph->nr_nodes;
	s.next = s.cycle_of + graph->nr_nodes;
	s.held = s.next + graph->nr_nodes;
	s.next_held = s.held + graph->nr_nodes;
	s.seen = (void *)(s.next_held + graph->nr_nodes);
	s.done = s.seen + graph->nr_nodes;

	find_levels(&s);
	find_retries(&s);
	memset(s.done, 0, graph->nr_nodes);
	for (from = 0; from < graph->nr_nodes; from = to) {
		for (to = from; to < graph->nr_nodes; to++)
			if (graph->nodes[to].level != graph->nodes[from].level)
				break;
		s.level = 1U << graph->nodes[from].level;
		if (s.arc_levels & s.level)
			sort_level(&s, from, to);
		else
			keep_level(&s, from, to);
	}
}
