/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_DECLARED_H
#define _INITCALL_GRAPH_DECLARED_H

#include "plan.h"

/**
 * struct line - an initcall_depends() line, none of its strings terminated but @name
 * @module: KBUILD_MODNAME of the consumer, of a module (=m) empty
 * @module_len: its length
 * @at: "<file>:<line>"
 * @at_len: its length
 * @name: the prerequisite
 */
struct line {
	const char *module;
	int module_len;
	const char *at;
	int at_len;
	const char *name;
};

/**
 * struct declared - all lines that a kernel or a module was built from
 * @data: its .modinfo, strings in a row
 * @lines: the lines
 * @nr_lines: number of elements in @lines
 */
struct declared {
	char *data;
	struct line *lines;
	u32 nr_lines;
};

void declared_in_kernel(struct declared *declared, const char *image);
void declared_in_module(struct declared *declared, const char *path);
void declared_close(struct declared *declared);
const struct line *declared_line(const struct declared *declared, const struct plan *plan,
				 u32 edge);
const char *declared_at(const struct declared *declared, const struct plan *plan, u32 edge,
			int *len);

#endif /* _INITCALL_GRAPH_DECLARED_H */
