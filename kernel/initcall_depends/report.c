// SPDX-License-Identifier: GPL-2.0
/*
 * What became of the dependencies, for the log.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "internal.h"

enum move {
	STAYED,
	PULLED,
	HELD_BACK,
};

static const char * const states[] __initconst = {
	[INITCALL_EDGE_ABSENT] = "absent",
	[INITCALL_EDGE_AMBIGUOUS] = "ambiguous",
	[INITCALL_EDGE_DROPPED] = "dropped",
	[INITCALL_EDGE_ORDERED] = "ordered",
	[INITCALL_EDGE_HELD] = "held back",
	[INITCALL_EDGE_RETRY] = "by retry",
	[INITCALL_EDGE_CYCLIC] = "cyclic",
};

static void __init report_edge(const struct initcall_plan *plan, u32 i, bool verbose)
{
	const struct initcall_declaration *words = &plan->declarations[i];
	const struct initcall_edge *edge = &plan->graph.edges[i];

	if (edge->cycle)
		pr_err("cycle %u: %s needs %s%s\n", edge->cycle, words->consumer,
		       words->prerequisite,
		       edge->state == INITCALL_EDGE_CYCLIC ? ", ignored: against link order" : "");
	else if (edge->state == INITCALL_EDGE_CYCLIC)
		pr_err("%s needs itself, ignored\n", words->consumer);
	else if (edge->state == INITCALL_EDGE_AMBIGUOUS)
		pr_err("%s needs %s, ignored: there are several of that name, give the path\n",
		       words->consumer, words->prerequisite);
	else if (verbose)
		pr_info("%s needs %s: %s\n", words->consumer, words->prerequisite,
			states[edge->state]);
}

/* Who of the main half runs behind somebody of the _sync half was held back. */
static u32 __init find_held_back(const struct initcall_plan *plan, u8 *moves)
{
	const struct initcall_node *node;
	u32 i, level = 0, count = 0;
	bool sync = false;

	for (i = 0; i < plan->graph.nr_nodes; i++) {
		node = &plan->nodes[plan->order[i]];
		if (node->level != level)
			sync = false;
		level = node->level;
		sync |= node->sync;
		if (sync && !node->sync) {
			moves[i] = HELD_BACK;
			count++;
		}
	}
	return count;
}

/* Who runs before somebody that link order has earlier was pulled forward. */
static u32 __init find_pulled(const struct initcall_plan *plan, u8 *moves)
{
	u32 i, earliest = INITCALL_NONE, count = 0;

	for (i = plan->graph.nr_nodes; i-- > 0; ) {
		if (moves[i] == HELD_BACK)
			continue;
		if (plan->order[i] > earliest) {
			moves[i] = PULLED;
			count++;
		}
		earliest = min(earliest, plan->order[i]);
	}
	return count;
}

static void __init report_moves(const struct initcall_plan *plan, const u8 *moves)
{
	initcall_entry_t *entry;
	u32 i;

	for (i = 0; i < plan->graph.nr_nodes; i++) {
		if (moves[i] == STAYED)
			continue;
		entry = __initcall_start + plan->order[i];
		pr_info("%ps %s\n", initcall_from_entry(entry),
			moves[i] == PULLED ? "pulled forward" : "held back");
	}
}

/**
 * initcall_report() - tell what became of the dependencies
 * @plan: the plan, with the order made
 * @moves: scratch memory, one byte for each initcall
 * @verbose: tell about each dependency and each initcall that moved, and not
 *	just the sum and what is wrong
 *
 * Context: __init, any.
 */
void __init initcall_report(const struct initcall_plan *plan, u8 *moves, bool verbose)
{
	u32 i, pulled, held_back;

	for (i = 0; i < plan->graph.nr_edges; i++)
		report_edge(plan, i, verbose);
	memset(moves, STAYED, plan->graph.nr_nodes);
	held_back = find_held_back(plan, moves);
	pulled = find_pulled(plan, moves);
	if (verbose)
		report_moves(plan, moves);
	pr_info("%u dependencies, %u initcalls pulled forward, %u held back\n",
		plan->graph.nr_edges, pulled, held_back);
}
