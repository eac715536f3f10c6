// SPDX-License-Identifier: GPL-2.0
/*
 * Which initcalls have moved, compared with link order, and because of whom.
 *
 * Free of kernel state, like order.c.
 */

#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include "moves.h"

/* Who of the main half runs behind somebody of the _sync half was held back. */
static void __init find_held_back(const struct initcall_graph *graph, const u32 *order, u8 *moves)
{
	const struct initcall_node *node;
	bool sync = false;
	u32 i, level = 0;

	for (i = 0; i < graph->nr_nodes; i++) {
		node = &graph->nodes[order[i]];
		if (node->level != level)
			sync = false;
		level = node->level;
		sync |= node->sync;
		moves[i] = sync && !node->sync ? INITCALL_HELD_BACK : INITCALL_STAYED;
	}
}

/**
 * initcall_find_moves() - which initcalls run elsewhere than in link order
 * @graph: the initcalls
 * @order: their order, as initcall_order() has made it
 * @moves: for each place in that order, receives enum initcall_move
 *
 * Context: __init, any.
 */
void __init initcall_find_moves(const struct initcall_graph *graph, const u32 *order, u8 *moves)
{
	u32 i, earliest = INITCALL_NONE;

	find_held_back(graph, order, moves);
	/* Who runs before somebody that link order has earlier was pulled forward. */
	for (i = graph->nr_nodes; i-- > 0; ) {
		if (moves[i] == INITCALL_HELD_BACK)
			continue;
		if (order[i] > earliest)
			moves[i] = INITCALL_PULLED;
		earliest = min(earliest, order[i]);
	}
}

/**
 * initcall_move_cause() - in front of whom, or behind whom, an initcall has moved
 * @graph: the initcalls
 * @order: their order
 * @moves: what initcall_find_moves() has made of it
 * @place: place in @order of one that has moved
 *
 * Context: __init, any.
 * Return: number of the initcall in front of which that one was pulled, or
 * behind which it was held back.
 */
u32 __init initcall_move_cause(const struct initcall_graph *graph, const u32 *order,
			       const u8 *moves, u32 place)
{
	u32 i = place;

	if (moves[place] == INITCALL_HELD_BACK) {
		while (i > 0 && moves[i] == INITCALL_HELD_BACK)
			i--;
	} else {
		while (i < graph->nr_nodes - 1 &&
		       (order[i] >= order[place] || moves[i] == INITCALL_HELD_BACK))
			i++;
	}
	return order[i];
}
