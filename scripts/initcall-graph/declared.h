/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_DECLARED_H
#define _INITCALL_GRAPH_DECLARED_H

#include "plan.h"

/**
 * struct declared - where the dependencies of a plan are declared
 * @plan: the plan
 * @data: the .modinfo of the image, strings in a row
 * @size: its size in bytes
 * @copy: @data, if it is not in the image
 */
struct declared {
	const struct plan *plan;
	const char *data;
	size_t size;
	char *copy;
};

void declared_open(struct declared *declared, const struct plan *plan);
void declared_close(struct declared *declared);
const char *declared_at(const struct declared *declared, u32 edge, int *len);

#endif /* _INITCALL_GRAPH_DECLARED_H */
