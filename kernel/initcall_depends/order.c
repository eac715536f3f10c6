// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The order of initcalls
 *
 * From link order and dependencies to the order in which initcalls run. No state,
 * no allocation, no recursion; it cannot fail, and takes time linear in initcalls,
 * modules and dependencies.
 *
 * First the modules are sorted, prerequisites before consumers, by depth-first
 * search. An edge that leads back to a module on the stack closes a cycle and is
 * left out.
 *
 * Then initcalls are taken in link order. Before the first one that a consumer has at a
 * level, those that its prerequisites have at this level are pulled forward, by the same
 * search: each prerequisite after its own, also through modules that have no initcall
 * at this level. The prerequisites of a module come in link order of their first
 * initcalls.
 */

#include <linux/init.h>
#include <linux/types.h>

#include "graph.h"

typedef void (*leave_fn)(struct initcall_graph *graph, u32 module);

/*
 * Sort the active edges by prerequisite, and the result by consumer, so that what a
 * consumer needs comes in link order. Each time, edges are counted by module, which
 * says where those of a module end, and are put there from the last one on.
 */
static void __init link_edges(struct initcall_graph *graph)
{
	struct initcall_search *search = graph->search, *last = search + graph->nr_modules, *it;
	const struct initcall_edge *edge;
	struct initcall_link *link;
	u32 i, module;

	for (it = search; it <= last; it++)
		*it = (struct initcall_search) { .first = INITCALL_NONE };
	for (edge = graph->edges; edge < graph->edges + graph->nr_edges; edge++) {
		if (edge->state == INITCALL_EDGE_ACTIVE) {
			search[edge->consumer].needs++;
			search[edge->consumer].declared = true;
			search[edge->prerequisite].cursor++;
			search[edge->prerequisite].declared = true;
		}
	}
	for (it = search + 1; it <= last; it++) {
		it->needs += it[-1].needs;
		it->cursor += it[-1].cursor;
	}
	graph->nr_active = last->needs;
	for (i = graph->nr_edges; i-- > 0; ) {
		edge = &graph->edges[i];
		if (edge->state == INITCALL_EDGE_ACTIVE)
			graph->needed[--search[edge->prerequisite].cursor] =
				(struct initcall_link) { i, edge->consumer };
	}
	for (i = graph->nr_active, module = graph->nr_modules; i-- > 0; ) {
		link = &graph->needed[i];
		while (i < search[module].cursor)
			module--;
		graph->needs[--search[link->module].needs] =
			(struct initcall_link) { link->edge, module };
	}
}

/*
 * A module is new to the current search, on its stack, or left. Marks of earlier
 * searches are lower.
 */
#define NEW(graph)	((graph)->mark)
#define OPEN(graph)	((graph)->mark + 1)
#define LEFT(graph)	((graph)->mark + 2)
#define NEXT_MARK	3

static u32 __init enter(struct initcall_graph *graph, u32 id, u32 parent)
{
	struct initcall_search *module = &graph->search[id];

	module->mark = OPEN(graph);
	module->parent = parent;
	module->cursor = module->needs;
	return id;
}

/* Search from @root along what is needed; the stack is linked by @parent. */
static void __init search(struct initcall_graph *graph, u32 root, leave_fn leave)
{
	struct initcall_search *module, *to;
	struct initcall_link *link;
	u32 top;

	top = enter(graph, root, 0);
	while (top) {
		module = &graph->search[top];
		if (module->cursor == module[1].needs) {
			module->mark = LEFT(graph);
			leave(graph, top);
			top = module->parent;
			continue;
		}
		link = &graph->needs[module->cursor++];
		to = &graph->search[link->module];
		if (to->mark == OPEN(graph)) {
			graph->edges[link->edge].state = INITCALL_EDGE_CYCLE;
			graph->nr_cycles++;
			if (graph->cycle)
				graph->cycle(graph, link->edge);
		} else if (to->mark <= NEW(graph)) {
			top = enter(graph, link->module, top);
		}
	}
}

static void __init leave_sorted(struct initcall_graph *graph, u32 module)
{
	graph->sorted[graph->nr_sorted++] = module;
}

static void __init leave_pulled(struct initcall_graph *graph, u32 module)
{
	struct initcall_node *nodes = graph->nodes;
	u32 i;

	for (i = graph->search[module].first; i != INITCALL_NONE; i = nodes[i].next) {
		if (i < graph->root || module == nodes[graph->root].module ||
		    nodes[i].before != INITCALL_NONE || nodes[i].level != nodes[graph->root].level)
			continue;
		nodes[i].before = graph->root;
		graph->nr_moved++;
		graph->order[graph->nr_done++] = i;
	}
}

/**
 * initcall_order() - put initcalls in the order in which they run
 * @graph: nodes, modules and edges; order, sorted, needs, search and the state of
 *	edges are filled in
 *
 * Initcalls stay at their level, and in link order unless a prerequisite has to be
 * pulled forward.
 *
 * Context: __init, any; neither sleeps nor allocates.
 */
void __init initcall_order(struct initcall_graph *graph)
{
	struct initcall_node *nodes = graph->nodes;
	struct initcall_search *module;
	u32 i;

	link_edges(graph);
	/*
	 * From the last module on, so that of two that need each other, the one that is
	 * linked first stays first, unless a later module needs them.
	 */
	for (i = graph->nr_modules; i-- > 1; )
		if (initcall_is_consumer(graph, i) && !graph->search[i].mark)
			search(graph, i, leave_sorted);
	if (graph->nr_cycles)
		link_edges(graph);
	for (i = graph->nr_nodes; i-- > 0; ) {
		module = &graph->search[nodes[i].module];
		nodes[i].next = module->first;
		module->first = i;
	}
	for (i = 0; i < graph->nr_nodes; i++) {
		if (!i || nodes[i].level != nodes[i - 1].level)
			graph->mark += NEXT_MARK;
		graph->root = i;
		module = &graph->search[nodes[i].module];
		if (initcall_is_consumer(graph, nodes[i].module) && module->mark < NEW(graph)) {
			search(graph, nodes[i].module, leave_pulled);
			/* Others may still need the rest of its initcalls at this level. */
			module->mark = NEW(graph);
		}
		if (nodes[i].before == INITCALL_NONE)
			graph->order[graph->nr_done++] = i;
	}
}
