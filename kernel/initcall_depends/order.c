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
 * Then each level is ordered on its own. Its initcalls run in link order, but
 * before the first one of a consumer, the initcalls that its prerequisites have at
 * this level are pulled forward, by the same search: each prerequisite after its
 * own, also through modules that have no initcall at this level. The prerequisites
 * of a module come in link order of their first initcalls.
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

static u32 __init enter(struct initcall_graph *graph, u32 id, u32 below, u32 via)
{
	struct initcall_module *module = &graph->modules[id];

	module->mark = graph->mark + 1;
	module->open = true;
	module->below = below;
	module->via = via;
	module->cursor = module->needs;
	return id;
}

static void __init leave_out(struct initcall_graph *graph, u32 i)
{
	graph->edges[i].state = INITCALL_EDGE_CYCLE;
	graph->nr_cycles++;
	if (graph->cycle)
		graph->cycle(graph, i);
}

/* Search from @root along what is needed; the stack is linked through the modules. */
static void __init search(struct initcall_graph *graph, u32 root, leave_fn leave)
{
	struct initcall_module *module;
	u32 i, to, top;

	if (graph->modules[root].mark > graph->mark)
		return;
	top = enter(graph, root, 0, INITCALL_NONE);
	while (top) {
		module = &graph->modules[top];
		i = module->cursor;
		if (i == INITCALL_NONE) {
			module->open = false;
			leave(graph, top);
			top = module->below;
			continue;
		}
		module->cursor = graph->edges[i].next;
		to = graph->edges[i].prerequisite;
		if (graph->modules[to].open)
			leave_out(graph, i);
		else if (graph->modules[to].mark <= graph->mark)
			top = enter(graph, to, top, i);
	}
}

static void __init leave_sorted(struct initcall_graph *graph, u32 module)
{
	graph->sorted[graph->nr_sorted++] = module;
}

/*
 * From the last module on: of two that need each other, and that no later one needs,
 * link order is kept.
 */
static void __init sort_modules(struct initcall_graph *graph)
{
	u32 module;

	for (module = graph->nr_modules; module-- > 1; )
		search(graph, module, leave_sorted);
	if (graph->nr_cycles)
		link_edges(graph);
}

static void __init put(struct initcall_graph *graph, u32 i)
{
	if (graph->nodes[i].done)
		return;
	graph->nodes[i].done = true;
	graph->order[graph->nr_done++] = i;
}

static void __init leave_pulled(struct initcall_graph *graph, u32 module)
{
	u32 i;

	for (i = graph->modules[module].first; i != INITCALL_NONE; i = graph->nodes[i].next) {
		if (graph->nodes[i].done)
			continue;
		graph->nodes[i].before = graph->root;
		graph->nr_moved++;
		put(graph, i);
	}
}

static void __init pull_prerequisites(struct initcall_graph *graph, u32 id)
{
	struct initcall_module *module = &graph->modules[id];
	u32 i;

	if (module->mark >= graph->mark)
		return;
	module->mark = graph->mark;
	for (i = module->needs; i != INITCALL_NONE; i = graph->edges[i].next)
		search(graph, graph->edges[i].prerequisite, leave_pulled);
}

static void __init order_level(struct initcall_graph *graph, u32 from, u32 to)
{
	struct initcall_node *nodes = graph->nodes;
	u32 i;

	graph->mark += 2;
	for (i = to; i-- > from; ) {
		nodes[i].next = graph->modules[nodes[i].module].first;
		graph->modules[nodes[i].module].first = i;
	}
	graph->modules[0].first = INITCALL_NONE;
	for (i = from; i < to; i++) {
		graph->root = i;
		pull_prerequisites(graph, nodes[i].module);
		put(graph, i);
	}
	for (i = from; i < to; i++)
		graph->modules[nodes[i].module].first = INITCALL_NONE;
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
	u32 from, to;

	graph->mark = 2;
	link_edges(graph);
	sort_modules(graph);
	for (from = 0; from < graph->nr_nodes; from = to) {
		for (to = from; to < graph->nr_nodes; to++)
			if (graph->nodes[to].level != graph->nodes[from].level)
				break;
		order_level(graph, from, to);
	}
}
