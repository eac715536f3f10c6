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
 * Then initcalls are taken in link order, but before the first one that a consumer
 * has at a level, those that its prerequisites have at this level are pulled forward,
 * by the same search: each prerequisite after its own, also through modules that have
 * no initcall at this level. The prerequisites of a module come in link order of
 * their first initcalls.
 */

#include <linux/init.h>
#include <linux/types.h>

#include "graph.h"

typedef void (*leave_fn)(struct initcall_graph *graph, u32 module);

/*
 * List the active edges of each consumer. They are sorted by prerequisite first,
 * and from the last prerequisite on put in front of the list of their consumer, so
 * that each list comes out in link order of the prerequisites.
 */
static void __init link_edges(struct initcall_graph *graph)
{
	struct initcall_edge *edge;
	u32 i, next, module;

	graph->nr_active = 0;
	for (module = 0; module < graph->nr_modules; module++) {
		graph->modules[module].needs = INITCALL_NONE;
		graph->modules[module].first = INITCALL_NONE;
		graph->modules[module].declared = false;
	}
	for (i = graph->nr_edges; i-- > 0; ) {
		edge = &graph->edges[i];
		if (edge->state != INITCALL_EDGE_ACTIVE)
			continue;
		edge->next = graph->modules[edge->prerequisite].first;
		graph->modules[edge->prerequisite].first = i;
		graph->nr_active++;
	}
	for (module = graph->nr_modules; module-- > 0; ) {
		for (i = graph->modules[module].first; i != INITCALL_NONE; i = next) {
			edge = &graph->edges[i];
			next = edge->next;
			edge->next = graph->modules[edge->consumer].needs;
			graph->modules[edge->consumer].needs = i;
			graph->modules[edge->consumer].declared = true;
			graph->modules[module].declared = true;
		}
		graph->modules[module].first = INITCALL_NONE;
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

static u32 __init enter(struct initcall_graph *graph, u32 id, u32 via)
{
	struct initcall_module *module = &graph->modules[id];

	module->mark = OPEN(graph);
	module->via = via;
	module->cursor = module->needs;
	return id;
}

/* Search from @root along what is needed; the stack is linked by @via. */
static void __init search(struct initcall_graph *graph, u32 root, leave_fn leave)
{
	struct initcall_module *module;
	u32 i, to, top;

	top = enter(graph, root, INITCALL_NONE);
	while (top) {
		module = &graph->modules[top];
		i = module->cursor;
		if (i == INITCALL_NONE) {
			module->mark = LEFT(graph);
			leave(graph, top);
			top = module->via == INITCALL_NONE ? 0 : graph->edges[module->via].consumer;
			continue;
		}
		module->cursor = graph->edges[i].next;
		to = graph->edges[i].prerequisite;
		if (graph->modules[to].mark == OPEN(graph)) {
			graph->edges[i].state = INITCALL_EDGE_CYCLE;
			graph->nr_cycles++;
			if (graph->cycle)
				graph->cycle(graph, i);
		} else if (graph->modules[to].mark <= NEW(graph)) {
			top = enter(graph, to, i);
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

	for (i = graph->modules[module].first; i != INITCALL_NONE; i = nodes[i].next) {
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
 * @graph: nodes, modules and edges; order, sorted and the state of edges are
 *	filled in
 *
 * Initcalls stay at their level, and in link order unless a prerequisite has to be
 * pulled forward.
 *
 * Context: __init, any; neither sleeps nor allocates.
 */
void __init initcall_order(struct initcall_graph *graph)
{
	struct initcall_node *nodes = graph->nodes;
	struct initcall_module *module;
	u32 i;

	link_edges(graph);
	/*
	 * From the last module on: of two that need each other, and that no later one
	 * needs, link order is kept.
	 */
	for (i = graph->nr_modules; i-- > 1; )
		if (graph->modules[i].needs != INITCALL_NONE && !graph->modules[i].mark)
			search(graph, i, leave_sorted);
	if (graph->nr_cycles)
		link_edges(graph);
	for (i = graph->nr_nodes; i-- > 0; ) {
		module = &graph->modules[nodes[i].module];
		nodes[i].next = module->first;
		module->first = i;
	}
	for (i = 0; i < graph->nr_nodes; i++) {
		if (!i || nodes[i].level != nodes[i - 1].level)
			graph->mark += NEXT_MARK;
		graph->root = i;
		module = &graph->modules[nodes[i].module];
		if (module->needs != INITCALL_NONE && module->mark < NEW(graph)) {
			search(graph, nodes[i].module, leave_pulled);
			/* Left, but what it has left at this level can still be pulled. */
			module->mark = NEW(graph);
		}
		if (nodes[i].before == INITCALL_NONE)
			graph->order[graph->nr_done++] = i;
	}
}
