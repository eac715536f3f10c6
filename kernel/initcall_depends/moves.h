/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_MOVES_H
#define _INITCALL_DEPENDS_MOVES_H

#include <linux/types.h>

#include "order.h"

/* Where an initcall has gone, compared with link order. */
enum initcall_move {
	INITCALL_STAYED,
	INITCALL_PULLED,
	INITCALL_HELD_BACK,
};

void initcall_find_moves(const struct initcall_graph *graph, const u32 *order, u8 *moves);
u32 initcall_move_cause(const struct initcall_graph *graph, const u32 *order, const u8 *moves,
			u32 place);

#endif /* _INITCALL_DEPENDS_MOVES_H */
