// SPDX-License-Identifier: GPL-2.0
/*
 * From words to edges: what initcall_depends() lines and the command line mean.
 *
 * Free of kernel state, like order.c.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/init.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "edges.h"

/* Kbuild knows which of the names that built-in code asks for are those of modules. */
static bool __init is_modular(const struct initcall_edges *edges, const char *name)
{
	const char *modular = edges->modular;

	for (; modular < edges->end_modular; modular += strlen(modular) + 1)
		if (!strcmp(modular, name))
			return true;
	return false;
}

/**
 * initcall_edges_add() - one more dependency
 * @edges: where to add it
 * @consumer: number of the module that has the need, or INITCALL_NONE or INITCALL_AMBIGUOUS
 * @consumer_name: what that one was called
 * @prerequisite: name or path of the module that it needs
 *
 * The words must live as long as @edges.
 *
 * Context: __init, any.
 * Return: the edge; its state tells whether both ends are known.
 */
struct initcall_edge * __init initcall_edges_add(struct initcall_edges *edges, u32 consumer,
						 const char *consumer_name,
						 const char *prerequisite)
{
	u32 i = edges->graph->nr_edges++;
	struct initcall_edge *edge = &edges->graph->edges[i];

	edges->declarations[i] = (struct initcall_declaration) {
		.consumer = consumer_name,
		.prerequisite = prerequisite,
	};
	edge->consumer = consumer;
	edge->prerequisite = initcall_names_find(edges->names, prerequisite);
	edge->state = INITCALL_EDGE_ORDERED;
	if (edge->consumer == INITCALL_NONE || edge->prerequisite == INITCALL_NONE)
		edge->state = is_modular(edges, prerequisite) ? INITCALL_EDGE_MODULE :
								INITCALL_EDGE_ABSENT;
	else if (edge->consumer == INITCALL_AMBIGUOUS || edge->prerequisite == INITCALL_AMBIGUOUS)
		edge->state = INITCALL_EDGE_AMBIGUOUS;
	else if (edge->consumer == edge->prerequisite)
		edge->state = INITCALL_EDGE_CYCLIC;
	return edge;
}

/* By the modules that are meant, or by the words, which may mean no module. */
static bool __init is_meant(const struct initcall_edges *edges, u32 i,
			    const struct initcall_option *option, u32 consumer, u32 prerequisite)
{
	const struct initcall_declaration *words = &edges->declarations[i];
	const struct initcall_edge *edge = &edges->graph->edges[i];

	if (consumer < INITCALL_AMBIGUOUS && prerequisite < INITCALL_AMBIGUOUS &&
	    edge->consumer == consumer && edge->prerequisite == prerequisite)
		return true;
	return !strcmp(words->consumer, option->consumer) &&
	       !strcmp(words->prerequisite, option->prerequisite);
}

static void __init drop_edge(struct initcall_edges *edges, const struct initcall_option *option)
{
	u32 consumer = initcall_names_find(edges->names, option->consumer);
	u32 prerequisite = initcall_names_find(edges->names, option->prerequisite);
	bool found = false;
	u32 i;

	for (i = 0; i < edges->graph->nr_edges; i++) {
		if (!is_meant(edges, i, option, consumer, prerequisite))
			continue;
		edges->graph->edges[i].state = INITCALL_EDGE_DROPPED;
		found = true;
	}
	if (!found)
		pr_err("drop=%s:%s ignored: there is no such dependency in this kernel\n",
		       option->consumer, option->prerequisite);
}

/**
 * initcall_edges_apply() - add and drop dependencies as the command line says
 * @edges: what the image says; changed
 * @options: what the command line says, in the order given
 *
 * What has no effect gets one line in the log.
 *
 * Context: __init, any.
 */
void __init initcall_edges_apply(struct initcall_edges *edges,
				 const struct initcall_options *options)
{
	const struct initcall_option *option;
	const struct initcall_edge *edge;
	u32 consumer;

	for (option = options->edges; option < options->edges + options->nr_edges; option++) {
		if (option->drop) {
			drop_edge(edges, option);
			continue;
		}
		consumer = initcall_names_find(edges->names, option->consumer);
		edge = initcall_edges_add(edges, consumer, option->consumer, option->prerequisite);
		if (edge->state == INITCALL_EDGE_ABSENT)
			pr_err("add=%s:%s has no effect: one of them is not built into this kernel\n",
			       option->consumer, option->prerequisite);
	}
}
