/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_PLAN_H
#define _INITCALL_GRAPH_PLAN_H

#include <linux/types.h>

#include "../../kernel/initcall_depends/graph.h"
#include "../../kernel/initcall_depends/options.h"
#include "image.h"

/**
 * struct plan - what the kernel in an image is going to do
 * @image: the image, which has the strings
 * @graph: initcalls, modules and dependencies, as the kernel has them
 * @names: by module: what a declaration has to call it, its path if others share its name
 * @consumers: by edge: the same of its consumer
 * @functions: by place in link order: name of the initcall, see plan_function()
 * @link: by node: its place in link order, that is in the table that the linker has made
 * @cycles: the edges of each cycle, the one that is left out first, INITCALL_NONE last
 * @nr_cycles: number of elements in @cycles
 * @cut: there are more cycles than fit there
 * @nr_declared: number of edges that the image has; the others come from the command line
 * @word: size in bytes of an entry in the table of initcalls
 * @relative: entries and records are relative to their own address
 * @first: address of the table of initcalls
 */
struct plan {
	struct image *image;
	struct initcall_graph graph;
	char **names;
	char **consumers;
	char **functions;
	u32 *link;
	u32 *cycles;
	u32 nr_cycles;
	bool cut;
	u32 nr_declared;
	unsigned int word;
	bool relative;
	u64 first;
};

bool plan_read(struct plan *plan, struct image *image, const struct initcall_options *options);
void plan_free(struct plan *plan);

const char *plan_level(u32 level);
const char *plan_module(const struct plan *plan, u32 node);
const char *plan_function(const struct plan *plan, u32 node);
const char *plan_prerequisite(const struct plan *plan, u32 edge);
const char *plan_state(const struct plan *plan, u32 edge);
u32 plan_first_level(const struct plan *plan, u32 module);
u32 plan_last_level(const struct plan *plan, u32 module);
bool plan_is_later(const struct plan *plan, u32 edge);

static inline bool is_known(u32 module)
{
	return module && module != INITCALL_AMBIGUOUS;
}

#endif /* _INITCALL_GRAPH_PLAN_H */
