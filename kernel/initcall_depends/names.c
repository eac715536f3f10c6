// SPDX-License-Identifier: GPL-2.0
/*
 * Which module does a name mean?
 *
 * A module is known by its path, KBUILD_MODFILE; a declaration uses its name, which
 * is the last component, or the whole path. '-' and '_' are the same in a name; the
 * folders of a path are taken literally. An object that is linked into two modules
 * has two paths, separated by a blank, and both count: such modules are few, and in a
 * list of their own.
 *
 * Only modules that a declaration names get a number. So what declarations name is
 * noted first, by the hash of the name, before modules are added.
 */

#include <linux/init.h>
#include <linux/string.h>
#include <linux/types.h>

#include "graph.h"

/* As KBUILD_MODNAME has it. */
static char __init same(char c)
{
	return c == '-' || c == ',' ? '_' : c;
}

static bool __init is_end(char c)
{
	return !c || c == ' ';
}

/* The last component of a path that ends with a blank or with the string. */
static const char * __init last_component(const char *path)
{
	const char *last = path;

	for (;;) {
		/* Nearly all characters are greater, so that one comparison is enough. */
		while (*path > '/')
			path++;
		if (is_end(*path))
			return last;
		if (*path++ == '/')
			last = path;
	}
}

/* Where in the hash table a path or name is; @path is moved to its end. */
static u32 * __init bucket_of(const struct initcall_graph *graph, const char **path)
{
	const char *name = last_component(*path);
	u32 hash = 0;

	for (; !is_end(*name); name++)
		hash = hash * 31 + same(*name);
	*path = name;
	return &graph->buckets[(hash ^ hash >> 16) & (graph->nr_buckets - 1)];
}

/* A name is compared with the last component, a path with the whole. */
static bool __init is_meant(const char *path, const char *name)
{
	const char *last = last_component(name);

	if (last == name)
		path = last_component(path);
	while (!is_end(*path) &&
	       (*path == *name || (name >= last && same(*path) == same(*name)))) {
		path++;
		name++;
	}
	return is_end(*path) && is_end(*name);
}

static bool __init is_any_meant(const char *path, const char *name)
{
	while (!is_meant(path, name)) {
		path = strchr(path, ' ');
		if (!path)
			return false;
		path++;
	}
	return true;
}

/**
 * initcall_names_want() - note that a declaration names a module
 * @graph: the graph; its buckets hold INITCALL_NONE, or 0
 * @name: name or path of a module
 *
 * To be called for all names before the first initcall_names_add().
 *
 * Context: __init, any.
 */
void __init initcall_names_want(struct initcall_graph *graph, const char *name)
{
	*bucket_of(graph, &name) = 0;
}

static u32 __init add(struct initcall_graph *graph, u32 *bucket, const char *path)
{
	u32 id;

	for (id = *bucket; id; id = graph->modules[id].chain)
		if (!strcmp(graph->modules[id].path, path))
			return id;
	id = graph->nr_modules++;
	graph->modules[id] = (struct initcall_module) { .path = path, .chain = *bucket };
	*bucket = id;
	return id;
}

/**
 * initcall_names_add() - number of a module that an initcall belongs to
 * @graph: the graph; modules must have room for one more
 * @path: KBUILD_MODFILE; must live as long as @graph
 *
 * Context: __init, any.
 * Return: the number; 0 if no declaration can mean this module.
 */
u32 __init initcall_names_add(struct initcall_graph *graph, const char *path)
{
	const char *end = path;
	u32 *bucket;

	if (graph->modules[graph->last].path == path)
		return graph->last;
	bucket = bucket_of(graph, &end);
	if (*end)
		bucket = &graph->shared;
	if (*bucket == INITCALL_NONE)
		return 0;
	graph->last = add(graph, bucket, path);
	return graph->last;
}

static u32 __init find_in_chain(const struct initcall_graph *graph, u32 id, const char *name,
				u32 found)
{
	for (; id; id = graph->modules[id].chain) {
		if (!is_any_meant(graph->modules[id].path, name))
			continue;
		if (found)
			return INITCALL_AMBIGUOUS;
		found = id;
	}
	return found;
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
	const char *end = name;
	u32 id = *bucket_of(graph, &end);

	id = find_in_chain(graph, id == INITCALL_NONE ? 0 : id, name, 0);
	return find_in_chain(graph, graph->shared, name, id);
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

/**
 * initcall_names_short() - what to call a module in a message
 * @path: its path
 *
 * Context: __init, any.
 * Return: the last component.
 */
const char * __init initcall_names_short(const char *path)
{
	return last_component(path);
}
