// SPDX-License-Identifier: GPL-2.0
/*
 * Order many graphs: one a line on standard input, what came of it on standard
 * output, for a reference in another language to compare with.
 *
 * A line in has numbers: modules, initcalls, edges; then for each initcall its
 * module (-1 for none), level and whether it is in the _sync half; then for each
 * edge consumer and prerequisite. A line out has the order, then for each edge
 * its state and the number of its cycle.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>

#include "../../../kernel/initcall_depends/order.h"

static u32 number(void)
{
	int value;

	if (scanf("%d", &value) != 1) {
		fprintf(stderr, "order_graphs: error: the line is too short\n");
		exit(2);
	}
	return value;
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory) {
		fprintf(stderr, "order_graphs: error: out of memory\n");
		exit(2);
	}
	return memory;
}

static void read_graph(struct initcall_graph *graph, struct initcall_node *nodes)
{
	u32 i;

	for (i = 0; i < graph->nr_nodes; i++) {
		nodes[i].module = number();
		nodes[i].level = number();
		nodes[i].sync = number();
	}
	for (i = 0; i < graph->nr_edges; i++) {
		graph->edges[i].consumer = number();
		graph->edges[i].prerequisite = number();
		graph->edges[i].state = INITCALL_EDGE_ORDERED;
	}
	graph->nodes = nodes;
}

static void write_result(const struct initcall_graph *graph, const u32 *order)
{
	u32 i;

	for (i = 0; i < graph->nr_nodes; i++)
		printf("%u ", order[i]);
	for (i = 0; i < graph->nr_edges; i++)
		printf("%u %u ", graph->edges[i].state, graph->edges[i].cycle);
	putchar('\n');
}

static void order_graph(u32 nr_modules)
{
	struct initcall_graph graph = { .nr_modules = nr_modules };
	struct initcall_node *nodes;
	void *scratch;
	u32 *order;

	graph.nr_nodes = number();
	graph.nr_edges = number();
	nodes = allocate(graph.nr_nodes, sizeof(*nodes));
	graph.edges = allocate(graph.nr_edges, sizeof(*graph.edges));
	order = allocate(graph.nr_nodes, sizeof(*order));
	read_graph(&graph, nodes);
	scratch = allocate(initcall_order_scratch(&graph), 1);
	/* What is in there must not matter. */
	memset(scratch, 0xa5, initcall_order_scratch(&graph));
	initcall_order(&graph, scratch, order);
	write_result(&graph, order);
	free(scratch);
	free(nodes);
	free(graph.edges);
	free(order);
}

int main(void)
{
	u32 nr_modules;

	while (scanf("%u", &nr_modules) == 1)
		order_graph(nr_modules);
	return fflush(stdout) ? 2 : 0;
}
