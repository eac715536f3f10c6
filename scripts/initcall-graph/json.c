// SPDX-License-Identifier: GPL-2.0
/*
 * All that is known, for programs. Documentation/driver-api/initcall_graph.rst
 * has the schema; whatever changes it, changes SCHEMA.
 */

#include <stdio.h>

#include "commands.h"
#include "declared.h"

#define SCHEMA	3

static void write_text(const char *text, int len)
{
	unsigned char c;

	putchar('"');
	while (len-- > 0 && (c = *text++)) {
		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ' || c > '~')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void write_member(const char *name, const char *text, int len)
{
	printf("\"%s\": ", name);
	if (text)
		write_text(text, len);
	else
		printf("null");
}

static void write_initcall(const struct plan *plan, u32 place)
{
	u32 i = plan->graph.order[place];
	const struct initcall_node *node = &plan->graph.nodes[i];

	printf("    {\"run\": %u, \"link\": %u, \"level\": \"%s\", ", place, plan->link[i],
	       plan_level(node->level));
	write_member("module", plan_module(plan, i), INT32_MAX);
	printf(", ");
	write_member("path", plan->graph.modules[node->module].path, INT32_MAX);
	printf(", ");
	write_member("function", plan_function(plan, i), INT32_MAX);
	if (node->before == INITCALL_NONE)
		printf(", \"before\": null}");
	else
		printf(", \"before\": %u}", plan->link[node->before]);
	printf("%s\n", place + 1 < plan->graph.nr_nodes ? "," : "");
}

static void write_edge(const struct plan *plan, const struct line *line, u32 i)
{
	printf("    {");
	write_member("consumer", plan->consumers[i], INT32_MAX);
	printf(", ");
	write_member("prerequisite", plan_prerequisite(plan, i), INT32_MAX);
	printf(", \"state\": \"%s\", \"later\": %s, ", plan_state(plan, i),
	       plan_is_later(plan, i) ? "true" : "false");
	write_member("declared", line ? line->at : NULL, line ? line->at_len : 0);
	printf(", \"command_line\": %s}%s\n", i < plan->nr_declared ? "false" : "true",
	       i + 1 < plan->graph.nr_edges ? "," : "");
}

static void write_cycles(const struct plan *plan)
{
	bool first = true;
	u32 i;

	for (i = 0; i < plan->nr_cycles; i++) {
		if (plan->cycles[i] == INITCALL_NONE)
			printf("]%s\n", i + 1 < plan->nr_cycles ? "," : "");
		else
			printf("%s%u", first ? "    [" : ", ", plan->cycles[i]);
		first = plan->cycles[i] == INITCALL_NONE;
	}
}

/**
 * command_json() - write all that is known as JSON
 * @request: what the user wants
 * @plan: what the kernel is going to do
 *
 * Return: CLEAN.
 */
int command_json(const struct request *request, const struct plan *plan)
{
	struct declared declared;
	u32 i;

	(void)request;
	declared_in_kernel(&declared, image_path(plan->image));
	printf("{\n  \"schema\": %d,\n  ", SCHEMA);
	write_member("image", image_path(plan->image), INT32_MAX);
	printf(",\n  \"initcalls\": [\n");
	for (i = 0; i < plan->graph.nr_nodes; i++)
		write_initcall(plan, i);
	printf("  ],\n  \"edges\": [\n");
	for (i = 0; i < plan->graph.nr_edges; i++)
		write_edge(plan, declared_line(&declared, plan, i), i);
	printf("  ],\n  \"cycles\": [\n");
	write_cycles(plan);
	printf("  ]\n}\n");
	declared_close(&declared);
	return CLEAN;
}
