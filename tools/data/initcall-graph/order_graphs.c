// SPDX-License-Identifier: GPL-2.0
/*
 * Order many graphs: one a line on standard input, what came of it on standard
 * output, for a reference in another language to compare with.
 *
 * A line in has numbers: modules, initcalls, edges; then for each initcall its
 * module (from 1 on, 0 for none) and its level; then for each edge consumer and
 * prerequisite. A line out has four parts with ';' in between: the order; for each
 * initcall the one before which it was pulled forward, or -1; the state of each
 * edge; and the edges of each cycle, with -1 after the last.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>

#include "../../../kernel/initcall_depends/graph.h"

/* Of the graph that is being ordered: its cycles, as text. */
static FILE *cycles;

static u32 number(void)
{
	u32 value;

	if (scanf("%u", &value) == 1)
		return value;
	fprintf(stderr, "order_graphs: error: the line is too short\n");
	exit(2);
}

/* Whatever the function has to set itself must not matter before. */
static void *garbage(size_t count, size_t size)
{
	void *memory = malloc(count * size + 1);

	if (memory)
		return memset(memory, 0xa5, count * size + 1);
	fprintf(stderr, "order_graphs: error: out of memory\n");
	exit(2);
}

static void write_cycle(const struct initcall_graph *graph, u32 edge)
{
	u32 at = graph->edges[edge].consumer;

	fprintf(cycles, "%u ", edge);
	for (; at != graph->edges[edge].prerequisite;
	     at = graph->edges[graph->modules[at].via].consumer)
		fprintf(cycles, "%u ", graph->modules[at].via);
	fprintf(cycles, "-1 ");
}

static void read_graph(struct initcall_graph *graph)
{
	u32 i;

	for (i = 0; i < graph->nr_modules; i++)
		graph->modules[i] = (struct initcall_module) { };
	for (i = 0; i < graph->nr_nodes; i++) {
		graph->nodes[i].module = number();
		graph->nodes[i].level = number();
		graph->nodes[i].before = INITCALL_NONE;
	}
	for (i = 0; i < graph->nr_edges; i++) {
		graph->edges[i].consumer = number();
		graph->edges[i].prerequisite = number();
		graph->edges[i].state = INITCALL_EDGE_ACTIVE;
	}
}

static void write_result(const struct initcall_graph *graph)
{
	u32 i;

	for (i = 0; i < graph->nr_nodes; i++)
		printf("%u ", graph->order[i]);
	printf("; ");
	for (i = 0; i < graph->nr_nodes; i++)
		printf("%d ", graph->nodes[i].before);
	printf("; ");
	for (i = 0; i < graph->nr_edges; i++)
		printf("%u ", graph->edges[i].state);
	printf("; ");
}

static void order_graph(u32 nr_modules)
{
	struct initcall_graph graph = { .nr_modules = nr_modules + 1, .cycle = write_cycle };
	char *text;
	size_t size;

	graph.nr_nodes = number();
	graph.nr_edges = number();
	graph.nodes = garbage(graph.nr_nodes, sizeof(*graph.nodes));
	graph.modules = garbage(graph.nr_modules, sizeof(*graph.modules));
	graph.edges = garbage(graph.nr_edges, sizeof(*graph.edges));
	graph.order = garbage(graph.nr_nodes, sizeof(u32));
	graph.sorted = garbage(graph.nr_modules, sizeof(u32));
	cycles = open_memstream(&text, &size);
	read_graph(&graph);
	initcall_order(&graph);
	fclose(cycles);
	write_result(&graph);
	puts(text);
	free(text);
	free(graph.nodes);
	free(graph.modules);
	free(graph.edges);
	free(graph.order);
	free(graph.sorted);
}

int main(void)
{
	u32 nr_modules;

	while (scanf("%u", &nr_modules) == 1)
		order_graph(nr_modules);
	return fflush(stdout) ? 2 : 0;
}
