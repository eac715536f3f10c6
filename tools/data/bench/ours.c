// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own: initcall_order(), from edges to the order.
 */

#include <stdlib.h>
#include <string.h>

#include "../../../kernel/initcall_depends/graph.h"
#include "bench.h"

static struct initcall_graph graph;

/* Node i of the graph is initcall i, and all that module i + 1 has. */
static bool ours_open(const struct dag *dag)
{
	u32 i;

	graph = (struct initcall_graph) {
		.nodes = calloc(dag->nr_nodes, sizeof(*graph.nodes)),
		.edges = calloc(dag->nr_pairs, sizeof(*graph.edges)),
		.order = calloc(dag->nr_nodes, sizeof(*graph.order)),
		.sorted = calloc(dag->nr_nodes + 1, sizeof(*graph.sorted)),
		.search = calloc(dag->nr_nodes + 2, sizeof(*graph.search)),
		.needs = calloc(dag->nr_pairs, sizeof(*graph.needs)),
		.needed = calloc(dag->nr_pairs, sizeof(*graph.needed)),
		.nr_nodes = dag->nr_nodes,
		.nr_modules = dag->nr_nodes + 1,
		.nr_edges = dag->nr_pairs,
	};
	if (!graph.nodes || !graph.edges || !graph.order || !graph.sorted || !graph.search ||
	    !graph.needs || !graph.needed)
		return false;
	for (i = 0; i < dag->nr_pairs; i++)
		graph.edges[i] = (struct initcall_edge) {
			.consumer = dag->pairs[i].consumer + 1,
			.prerequisite = dag->pairs[i].prerequisite + 1,
		};
	return true;
}

static bool ours_sort(void)
{
	u32 i;

	for (i = 0; i < graph.nr_nodes; i++)
		graph.nodes[i] = (struct initcall_node) {
			.module = i + 1,
			.before = INITCALL_NONE,
			.level = INITCALL_DEVICE,
		};
	graph.nr_done = 0;
	graph.nr_sorted = 0;
	graph.nr_moved = 0;
	initcall_order(&graph);
	return !graph.nr_cycles;
}

static bool ours_read(u32 *order)
{
	memcpy(order, graph.order, graph.nr_nodes * sizeof(*order));
	return true;
}

static void ours_close(void)
{
	free(graph.nodes);
	free(graph.edges);
	free(graph.order);
	free(graph.sorted);
	free(graph.search);
	free(graph.needs);
	free(graph.needed);
}

const struct contender initcall_order_contender = {
	"initcall_order", ours_open, ours_sort, ours_read, ours_close
};

/**
 * scratch_size() - memory that initcall_order() works in
 * @dag: the graph
 *
 * Return: size in bytes of the whole graph.
 */
size_t scratch_size(const struct dag *dag)
{
	return dag->nr_nodes * (sizeof(*graph.nodes) + sizeof(*graph.order)) +
	       (dag->nr_nodes + 2) * sizeof(*graph.search) +
	       (dag->nr_nodes + 1) * sizeof(*graph.sorted) +
	       dag->nr_pairs * (sizeof(*graph.edges) + 2 * sizeof(*graph.needs));
}

/**
 * nr_moved() - how far link order was from right
 *
 * Return: number of nodes that initcall_order() has pulled forward.
 */
u32 nr_moved(void)
{
	return graph.nr_moved;
}
