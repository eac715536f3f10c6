// SPDX-License-Identifier: GPL-2.0
/*
 * Which module does a name mean?
 *
 * A module is known by its path, KBUILD_MODFILE; a declaration uses its name, which
 * is the last component, or the whole path. '-' and '_' are the same in a name; the
 * directories of a path are taken literally.
 *
 * An object that is linked into two modules has the paths of both, separated by a
 * space, and the last component of that is one of their names. That is not handled,
 * as no such object in the tree has an initcall.
 */

#include <linux/init.h>
#include <linux/string.h>
#include <linux/types.h>

#include "graph.h"

/* By the last component, from its end, which takes one pass. */
static u32 * __init bucket_of(const struct initcall_graph *graph, const char *path)
{
	const char *c = path + strlen(path);
	u32 hash = 0;

	while (c > path && *--c != '/')
		hash = hash * 31 + (*c == '-' ? '_' : *c);
	return &graph->buckets[(hash ^ hash >> 16) & (graph->nr_buckets - 1)];
}

/**
 * initcall_names_add() - number of a module that an initcall belongs to
 * @graph: the graph; modules must have room for one more
 * @path: KBUILD_MODFILE; must live as long as @graph
 *
 * Context: __init, any.
 * Return: the number.
 */
u32 __init initcall_names_add(struct initcall_graph *graph, const char *path)
{
	u32 *bucket = bucket_of(graph, path), id;

	for (id = *bucket; id && strcmp(graph->modules[id].path, path); )
		id = graph->modules[id].chain;
	if (!id) {
		id = graph->nr_modules++;
		graph->modules[id] = (struct initcall_module) { .path = path, .chain = *bucket };
		*bucket = id;
	}
	return id;
}

/**
 * initcall_names_find() - number of the module that a name or a path means
 * @graph: the graph
 * @name: name ("tpm_crb") or path ("drivers/char/tpm/tpm_crb")
 *
 * Context: __init, any.
 * Return: the number; 0 if there is no such module, INITCALL_AMBIGUOUS if several
 * have that name.
 */
u32 __init initcall_names_find(const struct initcall_graph *graph, const char *name)
{
	u32 id, found = 0;

	for (id = *bucket_of(graph, name); id; id = graph->modules[id].chain) {
		if (!initcall_names_match(graph->modules[id].path, name))
			continue;
		if (found)
			return INITCALL_AMBIGUOUS;
		found = id;
	}
	return found;
}

/**
 * initcall_names_declare() - add a dependency
 * @graph: the graph, with all modules; edges must have room for one more
 * @consumer: name or path of the consumer
 * @prerequisite: name or path of the prerequisite
 *
 * The strings must live as long as @graph.
 *
 * Context: __init, any.
 * Return: the edge; its state says whether both are known.
 */
struct initcall_edge * __init initcall_names_declare(struct initcall_graph *graph,
						     const char *consumer,
						     const char *prerequisite)
{
	struct initcall_edge *edge = &graph->edges[graph->nr_edges++];

	*edge = (struct initcall_edge) {
		.consumer_name = consumer,
		.prerequisite_name = prerequisite,
		.consumer = initcall_names_find(graph, consumer),
		.prerequisite = initcall_names_find(graph, prerequisite),
	};
	if (!edge->consumer || !edge->prerequisite)
		edge->state = INITCALL_EDGE_ABSENT;
	else if (edge->consumer == INITCALL_AMBIGUOUS || edge->prerequisite == INITCALL_AMBIGUOUS)
		edge->state = INITCALL_EDGE_AMBIGUOUS;
	return edge;
}
