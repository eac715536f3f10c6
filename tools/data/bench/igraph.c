// SPDX-License-Identifier: GPL-2.0
/*
 * igraph's topological sort: once with a graph, and so lists of neighbours, that is
 * there before, and once with edges alone, from which it has to make that graph.
 */

#include <igraph/igraph.h>

#include "bench.h"

static igraph_t graph;
static igraph_vector_int_t ends;
static igraph_vector_int_t found;

/* For both; the other one has nothing to open or close. */
static bool graph_open(const struct dag *dag)
{
	u32 i;

	igraph_set_error_handler(igraph_error_handler_ignore);
	if (igraph_vector_int_init(&found, dag->nr_nodes) ||
	    igraph_vector_int_init(&ends, 2 * dag->nr_pairs))
		return false;
	for (i = 0; i < dag->nr_pairs; i++) {
		VECTOR(ends)[2 * i] = dag->pairs[i].prerequisite;
		VECTOR(ends)[2 * i + 1] = dag->pairs[i].consumer;
	}
	return !igraph_create(&graph, &ends, dag->nr_nodes, IGRAPH_DIRECTED);
}

static bool graph_sort(void)
{
	return !igraph_topological_sorting(&graph, &found, IGRAPH_OUT);
}

static bool edges_open(const struct dag *dag)
{
	return dag->nr_nodes == igraph_vcount(&graph);
}

static bool edges_sort(void)
{
	igraph_t made;
	bool sorted;

	if (igraph_create(&made, &ends, igraph_vcount(&graph), IGRAPH_DIRECTED))
		return false;
	sorted = !igraph_topological_sorting(&made, &found, IGRAPH_OUT);
	igraph_destroy(&made);
	return sorted;
}

static bool read_found(u32 *order)
{
	igraph_integer_t i;

	if (igraph_vector_int_size(&found) != igraph_vcount(&graph))
		return false;
	for (i = 0; i < igraph_vcount(&graph); i++)
		order[i] = VECTOR(found)[i];
	return true;
}

static void graph_close(void)
{
	igraph_destroy(&graph);
	igraph_vector_int_destroy(&found);
	igraph_vector_int_destroy(&ends);
}

static void edges_close(void)
{
}

const struct contender igraph_contender = {
	"igraph", graph_open, graph_sort, read_found, graph_close
};

const struct contender igraph_edges_contender = {
	"igraph_edges", edges_open, edges_sort, read_found, edges_close
};
