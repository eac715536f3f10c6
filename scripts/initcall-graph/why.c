// SPDX-License-Identifier: GPL-2.0
/*
 * By which dependencies one module comes before another.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "declared.h"

static bool in_force(const struct initcall_edge *edge)
{
	return edge->state == INITCALL_EDGE_ORDERED || edge->state == INITCALL_EDGE_HELD ||
	       edge->state == INITCALL_EDGE_RETRY;
}

/*
 * Breadth-first, so that the path is a shortest one. @by receives, for each module
 * that was reached, the edge by which it was.
 */
static bool find_path(const struct plan *plan, u32 from, u32 to, u32 *by, u32 *queue)
{
	u32 head = 0, tail = 0, i;

	memset(by, 0xff, plan->graph.nr_modules * sizeof(*by));
	queue[tail++] = from;
	while (head < tail) {
		u32 module = queue[head++];

		for (i = 0; i < plan->graph.nr_edges; i++) {
			const struct initcall_edge *edge = &plan->graph.edges[i];

			if (edge->consumer != module || !in_force(edge) ||
			    by[edge->prerequisite] != INITCALL_NONE || edge->prerequisite == from)
				continue;
			by[edge->prerequisite] = i;
			queue[tail++] = edge->prerequisite;
		}
	}
	return by[to] != INITCALL_NONE;
}

/* From the end to the beginning, then shown the other way round. */
static void show_path(const struct plan *plan, u32 from, u32 to, const u32 *by, u32 *queue)
{
	struct declared declared;
	u32 count = 0, module;
	const char *at;
	int len;

	for (module = to; module != from; module = plan->graph.edges[by[module]].consumer)
		queue[count++] = by[module];
	declared_open(&declared, plan);
	while (count-- > 0) {
		at = declared_at(&declared, queue[count], &len);
		if (!at) {
			at = queue[count] < plan->nr_declared ? "declared" : "command line";
			len = strlen(at);
		}
		printf("  %s needs %s: %s, %.*s\n", plan->declarations[queue[count]].consumer,
		       plan->declarations[queue[count]].prerequisite,
		       initcall_states[plan->graph.edges[queue[count]].state], len, at);
	}
	declared_close(&declared);
}

static void show_initcalls(const struct plan *plan, u32 module)
{
	char level[16];
	u32 i;

	for (i = 0; i < plan->graph.nr_nodes; i++) {
		const struct initcall_node *node = &plan->nodes[plan->order[i]];

		if (node->module == module)
			printf("%6u  %-13s %s (%s)\n", i, plan_level(node, level),
			       plan_function(plan, plan->order[i]),
			       initcall_names_get(&plan->names, module));
	}
}

static bool find_module(const struct plan *plan, const char *name, u32 *module)
{
	*module = initcall_names_find(&plan->names, name);
	if (*module == INITCALL_AMBIGUOUS)
		fprintf(stderr, "%s: error: there are several %s: give the path\n",
			image_path(plan->image), name);
	else if (*module == INITCALL_NONE)
		fprintf(stderr, "%s: error: no initcall belongs to a module %s\n",
			image_path(plan->image), name);
	return *module < INITCALL_AMBIGUOUS;
}

/**
 * command_why() - the dependencies by which one module comes before another
 * @request: the consumer, and the other one
 * @plan: what the kernel is going to do
 *
 * Return: CLEAN if there is such a path, PROBLEMS if not, TROUBLE if there are no such modules.
 */
int command_why(const struct request *request, const struct plan *plan)
{
	u32 consumer, prerequisite, *by, *queue;
	bool found;

	if (!find_module(plan, request->operands[0], &consumer) ||
	    !find_module(plan, request->operands[1], &prerequisite))
		return TROUBLE;
	by = calloc(plan->graph.nr_modules + 1, sizeof(*by));
	queue = calloc(plan->graph.nr_modules + plan->graph.nr_edges + 1, sizeof(*queue));
	if (!by || !queue) {
		fprintf(stderr, "%s: error: out of memory\n", image_path(plan->image));
		free(by);
		free(queue);
		return TROUBLE;
	}
	found = find_path(plan, consumer, prerequisite, by, queue);
	printf("%s %s before %s%s\n", request->operands[1],
	       found ? "comes" : "need not come", request->operands[0],
	       found ? ", because" : ": no dependencies lead from one to the other");
	if (found)
		show_path(plan, consumer, prerequisite, by, queue);
	printf("\n   run  %-13s initcall (module)\n", "level");
	show_initcalls(plan, prerequisite);
	if (prerequisite != consumer)
		show_initcalls(plan, consumer);
	free(by);
	free(queue);
	return found ? CLEAN : PROBLEMS;
}
