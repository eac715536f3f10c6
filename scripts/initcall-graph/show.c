// SPDX-License-Identifier: GPL-2.0
/*
 * The order and the dependencies as text.
 */

#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "declared.h"

/* So that a line is readable at 100 columns. */
#define MAX_WIDTH	40

#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define RED	"\033[31m"
#define BOLD	"\033[1m"
#define PLAIN	"\033[0m"

static const char *colour(const struct request *request, const char *code)
{
	return request->colour ? code : "";
}

static int wider(int width, const char *text)
{
	int len = strlen(text);

	if (len > MAX_WIDTH)
		len = MAX_WIDTH;
	return len > width ? len : width;
}

static int module_width(const struct plan *plan)
{
	int width = strlen("module");
	u32 i;

	for (i = 0; i < plan->graph.nr_nodes; i++)
		width = wider(width, plan_module(plan, i));
	return width;
}

static void show_move(const struct request *request, const struct plan *plan, u32 place)
{
	bool pulled = plan->moves[place] == INITCALL_PULLED;
	u32 cause = plan_cause(plan, place);

	printf("              %s%s %s (%s)%s\n", colour(request, pulled ? GREEN : YELLOW),
	       pulled ? "pulled in front of" : "held back behind", plan_function(plan, cause),
	       plan_module(plan, cause), colour(request, PLAIN));
}

static void show_place(const struct request *request, const struct plan *plan, u32 place, int width)
{
	u32 node = plan->order[place];
	bool moved = plan->moves[place] != INITCALL_STAYED;

	printf("%6u%6u  %s%-*s %s%s\n", place, plan->link[node],
	       colour(request, moved ? BOLD : ""), width, plan_module(plan, node),
	       plan_function(plan, node), colour(request, moved ? PLAIN : ""));
	if (moved)
		show_move(request, plan, place);
}

/**
 * command_order() - what will run, level by level
 * @request: what the user wants
 * @plan: what the kernel is going to do
 *
 * Return: CLEAN.
 */
int command_order(const struct request *request, const struct plan *plan)
{
	int width = module_width(plan);
	const struct initcall_node *node, *last = NULL;
	char level[16];
	u32 i;

	printf("%6s%6s  %-*s %s\n", "run", "link", width, "module", "initcall");
	for (i = 0; i < plan->graph.nr_nodes; i++) {
		if (request->moved && plan->moves[i] == INITCALL_STAYED)
			continue;
		node = &plan->nodes[plan->order[i]];
		if (!last || node->level != last->level || node->sync != last->sync)
			printf("%s\n", plan_level(node, level));
		last = node;
		show_place(request, plan, i, width);
	}
	return CLEAN;
}

static const char *state_colour(const struct request *request, const struct initcall_edge *edge)
{
	if (edge->state == INITCALL_EDGE_CYCLIC || edge->state == INITCALL_EDGE_INVERTED ||
	    edge->state == INITCALL_EDGE_AMBIGUOUS)
		return colour(request, RED);
	if (edge->state < INITCALL_EDGE_ORDERED || edge->state == INITCALL_EDGE_RETRY)
		return colour(request, YELLOW);
	return colour(request, GREEN);
}

static void show_edge(const struct request *request, const struct declared *declared, u32 i,
		      int consumer, int prerequisite)
{
	const struct plan *plan = declared->plan;
	const struct initcall_edge *edge = &plan->graph.edges[i];
	const char *at;
	int len;

	at = declared_at(declared, i, &len);
	printf("%-*s %-*s %s%-9s%s", consumer, plan->declarations[i].consumer, prerequisite,
	       plan->declarations[i].prerequisite, state_colour(request, edge),
	       initcall_states[edge->state], colour(request, PLAIN));
	if (at)
		printf(" %.*s", len, at);
	else if (i >= plan->nr_declared)
		printf(" command line");
	if (edge->cycle)
		printf(", in cycle %u", edge->cycle);
	putchar('\n');
}

/**
 * command_edges() - the dependencies, their state, and where they are declared
 * @request: what the user wants
 * @plan: what the kernel is going to do
 *
 * Return: CLEAN.
 */
int command_edges(const struct request *request, const struct plan *plan)
{
	int consumer = strlen("consumer"), prerequisite = strlen("prerequisite");
	struct declared declared;
	u32 i;

	for (i = 0; i < plan->graph.nr_edges; i++) {
		consumer = wider(consumer, plan->declarations[i].consumer);
		prerequisite = wider(prerequisite, plan->declarations[i].prerequisite);
	}
	declared_open(&declared, plan);
	printf("%-*s %-*s %-9s %s\n", consumer, "consumer", prerequisite, "prerequisite", "state",
	       "declared at");
	for (i = 0; i < plan->graph.nr_edges; i++)
		show_edge(request, &declared, i, consumer, prerequisite);
	declared_close(&declared);
	return CLEAN;
}
