// SPDX-License-Identifier: GPL-2.0
/*
 * All that is known, for programs. Documentation/driver-api/initcall_graph.rst
 * has the schema; whoever changes it, changes SCHEMA.
 */

#include <stdio.h>

#include "commands.h"
#include "declared.h"

#define SCHEMA	2

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
	static const char * const moves[] = { NULL, "pulled", "held back" };
	const struct initcall_node *node = &plan->nodes[plan->order[place]];
	bool moved = plan->moves[place] != INITCALL_STAYED;
	u32 i = plan->order[place];
	char path[256];

	printf("    {\"run\": %u, \"link\": %u, \"level\": \"%s\", \"sync\": %s, ", place,
	       plan->link[i], initcall_levels[node->level], node->sync ? "true" : "false");
	write_member("module", initcall_names_get(&plan->names, node->module), INT32_MAX);
	printf(", ");
	write_member("function", plan_function(plan, i), INT32_MAX);
	printf(", ");
	write_member("file", plan_file(plan, i), INT32_MAX);
	printf(", ");
	write_member("declare", plan_declare(plan, i, path, sizeof(path)), INT32_MAX);
	printf(", ");
	write_member("moved", moves[plan->moves[place]], INT32_MAX);
	if (moved)
		printf(", \"around\": %u", plan->link[plan_cause(plan, place)]);
	printf("}%s\n", place + 1 < plan->graph.nr_nodes ? "," : "");
}

static void write_edge(const struct declared *declared, u32 i)
{
	const struct initcall_declaration *words = &declared->plan->declarations[i];
	const struct initcall_edge *edge = &declared->plan->graph.edges[i];
	const char *at;
	int len = 0;

	at = declared_at(declared, i, &len);
	printf("    {");
	write_member("consumer", words->consumer, INT32_MAX);
	printf(", ");
	write_member("prerequisite", words->prerequisite, INT32_MAX);
	printf(", \"state\": \"%s\", \"cycle\": %u, ", initcall_states[edge->state], edge->cycle);
	write_member("declared", at, len);
	printf(", \"command_line\": %s}%s\n", i < declared->plan->nr_declared ? "false" : "true",
	       i + 1 < declared->plan->graph.nr_edges ? "," : "");
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
	declared_open(&declared, plan);
	printf("{\n  \"schema\": %d,\n  ", SCHEMA);
	write_member("image", image_path(plan->image), INT32_MAX);
	printf(",\n  \"initcalls\": [\n");
	for (i = 0; i < plan->graph.nr_nodes; i++)
		write_initcall(plan, i);
	printf("  ],\n  \"edges\": [\n");
	for (i = 0; i < plan->graph.nr_edges; i++)
		write_edge(&declared, i);
	printf("  ]\n}\n");
	declared_close(&declared);
	return CLEAN;
}
