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

static const char *module_of(const struct plan *plan, u32 node)
{
	const char *name = plan_module(plan, node);

	return name ? name : "-";
}

static int module_width(const struct plan *plan)
{
	int width = strlen("module");
	u32 i;

	for (i = 0; i < plan->graph.nr_nodes; i++)
		width = wider(width, module_of(plan, i));
	return width;
}

static void show_place(const struct request *request, const struct plan *plan, u32 place, int width)
{
	u32 node = plan->graph.order[place], before = plan->graph.nodes[node].before;
	bool moved = before != INITCALL_NONE;

	printf("%6u%6u  %s%-*s %s%s\n", place, plan->link[node],
	       colour(request, moved ? BOLD : ""), width, module_of(plan, node),
	       plan_function(plan, node), colour(request, moved ? PLAIN : ""));
	if (moved)
		printf("              %spulled forward before %s (%s)%s\n", colour(request, GREEN),
		       plan_function(plan, before), module_of(plan, before),
		       colour(request, PLAIN));
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
	int width = module_width(plan), level = -1;
	const struct initcall_node *node;
	u32 i;

	printf("%6s%6s  %-*s %s\n", "run", "link", width, "module", "initcall");
	for (i = 0; i < plan->graph.nr_nodes; i++) {
		node = &plan->graph.nodes[plan->graph.order[i]];
		if (request->moved && node->before == INITCALL_NONE)
			continue;
		if (node->level != level)
			printf("%s\n", plan_level(node->level));
		level = node->level;
		show_place(request, plan, i, width);
	}
	return CLEAN;
}

static const char *state_colour(const struct plan *plan, u32 edge)
{
	switch (plan->graph.edges[edge].state) {
	case INITCALL_EDGE_ACTIVE:
		return plan_is_later(plan, edge) ? YELLOW : GREEN;
	case INITCALL_EDGE_AMBIGUOUS:
	case INITCALL_EDGE_CYCLE:
		return RED;
	default:
		return YELLOW;
	}
}

static void show_edge(const struct request *request, const struct plan *plan,
		      const struct line *line, u32 i)
{
	printf("%s%-9s%s", colour(request, state_colour(plan, i)), plan_state(plan, i),
	       colour(request, PLAIN));
	if (line)
		printf(" %.*s", line->at_len, line->at);
	else if (i >= plan->nr_declared)
		printf(" command line");
	if (plan_is_later(plan, i))
		printf(", later");
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
		consumer = wider(consumer, plan->consumers[i]);
		prerequisite = wider(prerequisite, plan_prerequisite(plan, i));
	}
	declared_in_kernel(&declared, image_path(plan->image));
	printf("%-*s %-*s %-9s %s\n", consumer, "consumer", prerequisite, "prerequisite", "state",
	       "declared at");
	for (i = 0; i < plan->graph.nr_edges; i++) {
		printf("%-*s %-*s ", consumer, plan->consumers[i], prerequisite,
		       plan_prerequisite(plan, i));
		show_edge(request, plan, declared_line(&declared, plan, i), i);
	}
	declared_close(&declared);
	return CLEAN;
}
