// SPDX-License-Identifier: GPL-2.0
/*
 * Which module does a name mean?
 *
 * A module is known by its path, KBUILD_MODFILE; a declaration uses its name,
 * KBUILD_MODNAME, which is the last component, or the whole path. '-' and '_' are the
 * same in a name; the directories of a path are taken literally.
 *
 * The linker has merged equal strings of the image, so the address of a string says
 * which one it is. Strings are compared only if one comes from elsewhere, such as the
 * command line, or is spelled in another way.
 *
 * An object that is linked into two modules has the paths of both, separated by a
 * space. Neither that nor a comma in a path is handled, as no such object in the tree
 * has an initcall.
 */

#include <linux/init.h>
#include <linux/string.h>
#include <linux/types.h>

#include "graph.h"

static u16 * __init place_of(const struct initcall_graph *graph, const char *string)
{
	size_t place = ((uintptr_t)string - (uintptr_t)graph->strings) / INITCALL_STRING_ALIGN;

	return place < graph->nr_places ? &graph->meant[place] : NULL;
}

/**
 * initcall_names_add() - number of a module that an initcall belongs to
 * @graph: the graph; modules must have room for one more, with all zero
 * @path: KBUILD_MODFILE, one of the strings of @graph
 * @name: KBUILD_MODNAME, another one
 *
 * Context: __init, any.
 * Return: the number; 0 if these are no strings of @graph, or @path is another module's
 * name.
 */
u32 __init initcall_names_add(struct initcall_graph *graph, const char *path, const char *name)
{
	u16 *by_path = place_of(graph, path), *by_name = place_of(graph, name);
	u32 id;

	if (!by_path || !by_name)
		return 0;
	id = *by_path;
	if (id)
		return id < graph->nr_modules && graph->modules[id].path == path ? id : 0;
	id = graph->nr_modules++;
	graph->modules[id].path = path;
	graph->modules[id].name = name;
	*by_name = *by_name ? INITCALL_AMBIGUOUS : id;
	*by_path = id;
	return id;
}

/**
 * initcall_names_find() - number of the module that a name or a path means
 * @graph: the graph
 * @name: name ("tpm_crb") or path ("drivers/char/tpm/tpm_crb"); a whole string of @graph,
 *	or one from elsewhere, which is compared with all modules
 *
 * Context: __init, any.
 * Return: the number; 0 if there is no such module, INITCALL_AMBIGUOUS if several
 * have that name.
 */
u32 __init initcall_names_find(const struct initcall_graph *graph, const char *name)
{
	const u16 *place = place_of(graph, name);
	u32 id, found = 0;

	/* A path, or a name with '-', may be spelled otherwise than the linker knows it. */
	if (place && (*place || !strpbrk(name, "-/")))
		return *place;
	for (id = 1; id < graph->nr_modules; id++) {
		/* A path that is spelled exactly means that one. */
		if (!strcmp(graph->modules[id].path, name))
			return id;
		if (initcall_names_match(graph->modules[id].path, name))
			found = found ? INITCALL_AMBIGUOUS : id;
	}
	return found;
}

/**
 * initcall_names_declare() - add a dependency
 * @graph: the graph, with all modules; edges must have room for one more
 * @consumer: name or path of the consumer
 * @prerequisite: name or path of the prerequisite
 *
 * The strings must live as long as @graph. The state of the edge says whether both are
 * known.
 *
 * Context: __init, any.
 */
void __init initcall_names_declare(struct initcall_graph *graph, const char *consumer,
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
}
