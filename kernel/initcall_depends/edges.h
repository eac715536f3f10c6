/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_EDGES_H
#define _INITCALL_DEPENDS_EDGES_H

#include <linux/types.h>

#include "names.h"
#include "options.h"
#include "order.h"

/**
 * struct initcall_declaration - of an edge, what the order has no need to know
 * @consumer: module name, or what the command line says
 * @prerequisite: as written
 * @next_needs: next edge in force of the same consumer
 * @next_needed_by: next edge in force of the same prerequisite
 */
struct initcall_declaration {
	const char *consumer;
	const char *prerequisite;
	u32 next_needs;
	u32 next_needed_by;
};

/**
 * struct initcall_edges - what is needed to make edges from words
 * @names: the modules
 * @graph: receives the edges; its array must have room
 * @declarations: receives the words of each edge; room as in @graph
 * @modular: names of prerequisites that are modules, each with its final NUL
 * @end_modular: end of these
 */
struct initcall_edges {
	struct initcall_names *names;
	struct initcall_graph *graph;
	struct initcall_declaration *declarations;
	const char *modular;
	const char *end_modular;
};

struct initcall_edge *initcall_edges_add(struct initcall_edges *edges, u32 consumer,
					 const char *consumer_name, const char *prerequisite);
void initcall_edges_apply(struct initcall_edges *edges, const struct initcall_options *options);

#endif /* _INITCALL_DEPENDS_EDGES_H */
