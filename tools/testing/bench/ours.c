// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own: initcall_order(), from its scratch memory to the order.
 */

#include <stdlib.h>
#include <string.h>

#include "../../../kernel/initcall_depends/order.h"
#include "bench.h"

#define ALIGNMENT	64

static struct initcall_graph graph;
static struct initcall_node *nodes;
static u32 *found;

static bool ours_open(const struct dag *dag)
{
	u32 i;

	graph = (struct initcall_graph) {
		.edges = calloc(dag->nr_pairs, sizeof(*graph.edges)),
		.nr_nodes = dag->nr_nodes,
		.nr_edges = dag->nr_pairs,
		.nr_modules = dag->nr_nodes,
	};
	nodes = calloc(dag->nr_nodes, sizeof(*nodes));
	found = calloc(dag->nr_nodes, sizeof(*found));
	if (!graph.edges || !nodes || !found)
		return false;
	graph.nodes = nodes;
	for (i = 0; i < dag->nr_nodes; i++)
		nodes[i] = (struct initcall_node){ .module = i, .level = INITCALL_LEVEL_DEVICE };
	for (i = 0; i < dag->nr_pairs; i++)
		graph.edges[i] = (struct initcall_edge) {
			.consumer = dag->pairs[i].consumer,
			.prerequisite = dag->pairs[i].prerequisite,
			.state = INITCALL_EDGE_ORDERED,
		};
	return true;
}

static bool ours_sort(void)
{
	void *scratch;

	/* Aligned like large allocations of the kernel. */
	if (posix_memalign(&scratch, ALIGNMENT, initcall_order_scratch(&graph)))
		return false;
	initcall_order(&graph, scratch, found);
	free(scratch);
	return true;
}

static bool ours_read(u32 *order)
{
	memcpy(order, found, graph.nr_nodes * sizeof(*order));
	return true;
}

static void ours_close(void)
{
	free(graph.edges);
	free(nodes);
	free(found);
}

const struct contender initcall_order_contender = {
	"initcall_order", ours_open, ours_sort, ours_read, ours_close
};

/**
 * scratch_size() - memory that initcall_order() works in
 * @dag: the graph
 *
 * Return: size in bytes.
 */
size_t scratch_size(const struct dag *dag)
{
	const struct initcall_graph sizes = {
		.nr_nodes = dag->nr_nodes,
		.nr_edges = dag->nr_pairs,
		.nr_modules = dag->nr_nodes,
	};

	return initcall_order_scratch(&sizes);
}
