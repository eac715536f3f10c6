// SPDX-License-Identifier: GPL-2.0
/*
 * What became of the dependencies, for the log.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "internal.h"

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
	else if (edge->state == INITCALL_EDGE_MODULE)
		pr_warn("%s is built in, but needs %s, which is a module: build in both or neither\n",
			words->consumer, words->prerequisite);
	else if (verbose)
		pr_info("%s needs %s: %s\n", words->consumer, words->prerequisite,
			initcall_states[edge->state]);
}

static u32 __init count_moves(const struct initcall_plan *plan, enum initcall_move move)
{
	u32 i, count = 0;

	for (i = 0; i < plan->graph.nr_nodes; i++)
		count += plan->moves[i] == move;
	return count;
}

static void __init report_moves(const struct initcall_plan *plan)
{
	u32 i, cause;

	for (i = 0; i < plan->graph.nr_nodes; i++) {
		if (plan->moves[i] == INITCALL_STAYED)
			continue;
		cause = initcall_move_cause(&plan->graph, plan->order, plan->moves, i);
		pr_info("%ps %s %ps\n",
			initcall_function(plan, plan->order[i]),
			plan->moves[i] == INITCALL_PULLED ? "pulled in front of" :
							    "held back behind",
			initcall_function(plan, cause));
	}
}

/* What it takes to do it once more. */
static void __init report_shuffle(const struct initcall_options *options)
{
	char names[128] = "";
	u32 level;

	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		if (!(options->shuffle & (1U << level)))
			continue;
		if (*names)
			strlcat(names, "+", sizeof(names));
		strlcat(names, initcall_levels[level], sizeof(names));
	}
	pr_info("initcalls run in a random order: shuffle=%llu:%s\n", options->seed, names);
}

/**
 * initcall_report() - tell what is going to become of the dependencies
 * @plan: the plan, with the order made
 * @options: what the command line says; with verbose, tell about each dependency
 *	and each initcall that moved, and not just the sum and what is wrong
 *
 * Context: __init, any.
 */
void __init initcall_report(const struct initcall_plan *plan,
			    const struct initcall_options *options)
{
	u32 i;

	if (plan->link)
		report_shuffle(options);
	for (i = 0; i < plan->graph.nr_edges; i++)
		report_edge(plan, i, options->verbose);
	if (options->verbose)
		report_moves(plan);
	if (plan->graph.nr_edges)
		pr_info("%u dependencies, %u initcalls pulled forward, %u held back\n",
			plan->graph.nr_edges, count_moves(plan, INITCALL_PULLED),
			count_moves(plan, INITCALL_HELD_BACK));
}

/*
 * Nobody retries a consumer that registers no driver, so that a prerequisite at
 * a later level can only be a mistake. One that has failed had no chance to.
 */
static bool __init is_inverted(const struct initcall_plan *plan, const struct initcall_edge *edge)
{
	const struct initcall_module_state *consumer = &plan->states[edge->consumer];

	return edge->state == INITCALL_EDGE_RETRY && consumer->first_called &&
	       !consumer->nr_drivers && !consumer->error;
}

/**
 * initcall_edge_fault() - what is wrong with a prerequisite, behind the last initcall
 * @plan: the plan
 * @edge: one of its dependencies
 *
 * Context: __init, any.
 * Return: "failed" or the like, NULL if nothing is wrong.
 */
const char * __init initcall_edge_fault(const struct initcall_plan *plan,
					const struct initcall_edge *edge)
{
	const struct initcall_module_state *prerequisite;

	if (edge->state < INITCALL_EDGE_ORDERED)
		return NULL;
	prerequisite = &plan->states[edge->prerequisite];
	if (prerequisite->error == -EPERM)
		return "blacklisted or failed";
	if (prerequisite->error && prerequisite->error != -ENODEV)
		return "failed";
	if (prerequisite->error || (prerequisite->nr_drivers && !prerequisite->nr_bound))
		return "unbound";
	return NULL;
}

/**
 * initcall_report_end() - tell what has become of the dependencies
 * @plan: the plan, behind the last initcall
 * @verbose: tell of prerequisites that are not there, and not just what is wrong
 *
 * Context: __init, any.
 */
void __init initcall_report_end(struct initcall_plan *plan, bool verbose)
{
	const struct initcall_declaration *words;
	struct initcall_edge *edge;
	const char *fault;
	u32 i;

	for (i = 0; i < plan->graph.nr_edges; i++) {
		edge = &plan->graph.edges[i];
		words = &plan->declarations[i];
		if (edge->state < INITCALL_EDGE_ORDERED)
			continue;
		if (is_inverted(plan, edge)) {
			edge->state = INITCALL_EDGE_INVERTED;
			pr_err("%s needs %s, which comes at a later level, and has no driver to retry\n",
			       words->consumer, words->prerequisite);
		}
		fault = initcall_edge_fault(plan, edge);
		if (fault && verbose)
			pr_info("%s needs %s, which is %s\n", words->consumer,
				words->prerequisite, fault);
	}
}
