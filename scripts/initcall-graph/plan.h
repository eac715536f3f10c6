/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_PLAN_H
#define _INITCALL_GRAPH_PLAN_H

#include <linux/types.h>

#include "../../kernel/initcall_depends/edges.h"
#include "../../kernel/initcall_depends/moves.h"
#include "../../kernel/initcall_depends/names.h"
#include "../../kernel/initcall_depends/options.h"
#include "../../kernel/initcall_depends/order.h"
#include "../../kernel/initcall_depends/shuffle.h"
#include "../../kernel/initcall_depends/words.h"
#include "image.h"

/**
 * struct plan - what the kernel in an image is going to do
 * @image: the image, which has the strings
 * @names: the modules
 * @graph: initcalls and dependencies
 * @nodes: the initcalls in link order, or as they have been shuffled
 * @functions: by place in link order: the name, see plan_function()
 * @files: by place in link order: the source file, NULL if it is not known; see plan_file()
 * @link: their places in link order, that is in the table that the linker has made
 * @declarations: the words of each edge
 * @nr_declared: number of edges that the image has; the others come from the command line
 * @order: initcalls in the order in which they run
 * @moves: for each place in that order, enum initcall_move
 * @word: size in bytes of an entry in the table of initcalls
 * @relative: entries and records are relative to their own address
 * @first: address of the table of initcalls
 */
struct plan {
	struct image *image;
	struct initcall_names names;
	struct initcall_graph graph;
	struct initcall_node *nodes;
	char **functions;
	const char **files;
	u32 *link;
	struct initcall_declaration *declarations;
	u32 nr_declared;
	u32 *order;
	u8 *moves;
	unsigned int word;
	bool relative;
	u64 first;
};

bool plan_read(struct plan *plan, struct image *image, const struct initcall_options *options);
void plan_free(struct plan *plan);

const char *plan_module(const struct plan *plan, u32 node);
const char *plan_function(const struct plan *plan, u32 node);
const char *plan_file(const struct plan *plan, u32 node);
const char *plan_declare(const struct plan *plan, u32 node, char *path, size_t size);
const char *plan_level(const struct initcall_node *node, char buffer[16]);
u32 plan_cause(const struct plan *plan, u32 place);

#endif /* _INITCALL_GRAPH_PLAN_H */
