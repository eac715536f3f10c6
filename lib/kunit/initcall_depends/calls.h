/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_CALLS_H
#define _INITCALL_DEPENDS_CALLS_H

#include <linux/init.h>
#include <linux/types.h>

#include "../../../kernel/initcall_depends/order.h"

/*
 * @calls: one letter for each initcall in link order: the module. A blank goes
 * to the next level, a bar to the _sync half of this one, '.' has no module.
 * They are put into @nodes, the first ones at @level; returns how many there are.
 */
static u32 __init read_calls(const char *calls, enum initcall_level level,
			     struct initcall_node *nodes)
{
	struct initcall_node node = { .level = level };
	u32 count = 0;

	for (; *calls; calls++) {
		if (*calls == ' ') {
			node.level++;
			node.sync = false;
		} else if (*calls == '|') {
			node.sync = true;
		} else {
			node.module = *calls == '.' ? INITCALL_NONE : *calls - 'A';
			nodes[count++] = node;
		}
	}
	return count;
}

#endif /* _INITCALL_DEPENDS_CALLS_H */
