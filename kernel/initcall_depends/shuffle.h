/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_SHUFFLE_H
#define _INITCALL_DEPENDS_SHUFFLE_H

#include <linux/types.h>

#include "options.h"
#include "order.h"

size_t initcall_shuffle_scratch(const struct initcall_graph *graph);
void initcall_shuffle(const struct initcall_graph *graph, const struct initcall_options *options,
		      u32 *scratch, struct initcall_node *nodes, u32 *link);

#endif /* _INITCALL_DEPENDS_SHUFFLE_H */
