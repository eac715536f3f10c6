// SPDX-License-Identifier: GPL-2.0
/*
 * By which dependencies one module comes before another.
 */

#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "declared.h"

/*
 * Breadth-first, so that the path is a shortest one. @by receives, for each module
 * that was reached, the edge by which it was; that of @from is INITCALL_NONE.
 */
static void find_paths(const struct initcall_graph *graph, u32 from, u32 *by)
{
	u32 *queue = allocate(graph->nr_modules, sizeof(*queue)), head = 0, tail = 0, i;
	const struct initcall_link *need;

	for (i = 0; i < graph->nr_modules; i++)
		by[i] = INITCALL_NONE;
	queue[tail++] = from;
	while (head < tail) {
		i = queue[head++];
		need = initcall_needs(graph, i);
		for (; need < initcall_needs(graph, i + 1); need++) {
			if (need->module == from || by[need->module] != INITCALL_NONE)
				continue;
			by[need->module] = need->edge;
			queue[tail++] = need->module;
		}
	}
	free(queue);
}

/* From the end to the beginning, then printed the other way round. */
static void print_path(const struct plan *plan, u32 to, const u32 *by)
{
	u32 *path = allocate(plan->graph.nr_modules, sizeof(*path)), count = 0;
	struct declared declared;
	const char *at;
	int len;

	for (; by[to] != INITCALL_NONE; to = plan->graph.edges[path[count - 1]].consumer)
		path[count++] = by[to];
	declared_in_kernel(&declared, image_path(plan->image));
	while (count-- > 0) {
		at = declared_at(&declared, plan, path[count], &len);
		printf("  %s needs %s: %.*s\n", plan->consumers[path[count]],
		       plan_prerequisite(plan, path[count]), len, at);
	}
	declared_close(&declared);
	free(path);
}

static void print_initcalls(const struct plan *plan, u32 module)
{
	u32 i, node;

	for (i = 0; i < plan->graph.nr_nodes; i++) {
		node = plan->graph.order[i];
		if (plan->graph.nodes[node].module == module)
			printf("%6u  %-13s %s (%s)\n", i, plan_level(plan->graph.nodes[node].level),
			       plan_function(plan, node), plan_module(plan, node));
	}
}

static u32 find_module(const struct plan *plan, const char *name)
{
	u32 module = initcall_names_find(&plan->graph, name);

	if (module == INITCALL_AMBIGUOUS)
		fprintf(stderr, "%s: error: several modules are called %s: give the path\n",
			image_path(plan->image), name);
	else if (!module)
		fprintf(stderr, "%s: error: no initcall belongs to a module %s\n",
			image_path(plan->image), name);
	return is_known(module) ? module : 0;
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
	u32 consumer = find_module(plan, request->operands[0]);
	u32 prerequisite = consumer ? find_module(plan, request->operands[1]) : 0, *by;
	bool found;

	if (!prerequisite)
		return TROUBLE;
	by = allocate(plan->graph.nr_modules, sizeof(*by));
	if (!request->options.off)
		find_paths(&plan->graph, consumer, by);
	found = plan->graph.nr_edges && by[prerequisite] != INITCALL_NONE;
	printf("%s %s before %s%s\n", request->operands[1],
	       found ? "comes" : "need not come", request->operands[0],
	       found ? ", because" : ": no dependencies lead from one to the other");
	if (found)
		print_path(plan, prerequisite, by);
	printf("\n   run  %-13s initcall (module)\n", "level");
	print_initcalls(plan, prerequisite);
	if (prerequisite != consumer)
		print_initcalls(plan, consumer);
	free(by);
	return found ? CLEAN : PROBLEMS;
}
