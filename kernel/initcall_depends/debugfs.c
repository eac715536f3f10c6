// SPDX-License-Identifier: GPL-2.0
/*
 * What has been done and why, in debugfs and as trace events.
 *
 * The files are written once, behind the last initcall, as long as everything is
 * known; only their text stays.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <trace/events/initcall.h>

#include "internal.h"

typedef void (*write_fn)(const struct initcall_plan *plan, struct seq_buf *text);

struct view {
	const char *name;
	write_fn write;
	struct debugfs_blob_wrapper *text;
};

static void __init write_move(const struct initcall_plan *plan, u32 place, struct seq_buf *text)
{
	u32 cause;

	if (plan->moves[place] == INITCALL_STAYED)
		return;
	cause = initcall_move_cause(&plan->graph, plan->order, plan->moves, place);
	seq_buf_printf(text, " %s %ps", plan->moves[place] == INITCALL_PULLED ?
		       "pulled in front of" : "held back behind",
		       initcall_function(plan, cause));
}

static void __init write_order(const struct initcall_plan *plan, struct seq_buf *text)
{
	const struct initcall_node *node;
	char level[16];
	u32 i;

	seq_buf_printf(text, "%5s %5s %-13s %-24s %-32s %9s moved\n", "#link", "run", "level",
		       "module", "initcall", "usecs");
	for (i = 0; i < plan->graph.nr_nodes; i++) {
		node = &plan->nodes[plan->order[i]];
		snprintf(level, sizeof(level), "%s%s", initcall_levels[node->level],
			 node->sync ? "_sync" : "");
		seq_buf_printf(text, "%5u %5u %-13s %-24s %-32ps %9u",
			       initcall_link_place(plan, plan->order[i]), i, level,
			       initcall_names_get(&plan->names, node->module) ?: "?",
			       initcall_function(plan, plan->order[i]), plan->usecs[i]);
		write_move(plan, i, text);
		seq_buf_putc(text, '\n');
	}
}

static void __init write_edges(const struct initcall_plan *plan, struct seq_buf *text)
{
	const struct initcall_edge *edge;
	const char *fault;
	u32 i;

	seq_buf_printf(text, "%-24s %-24s state\n", "#consumer", "prerequisite");
	for (i = 0; i < plan->graph.nr_edges; i++) {
		edge = &plan->graph.edges[i];
		seq_buf_printf(text, "%-24s %-24s %s", plan->declarations[i].consumer,
			       plan->declarations[i].prerequisite, initcall_states[edge->state]);
		if (edge->cycle)
			seq_buf_printf(text, ", in cycle %u", edge->cycle);
		fault = initcall_edge_fault(plan, edge);
		if (fault)
			seq_buf_printf(text, ", prerequisite %s", fault);
		seq_buf_putc(text, '\n');
	}
}

static const char * __init dot_style(const struct initcall_edge *edge)
{
	if (edge->state == INITCALL_EDGE_CYCLIC || edge->state == INITCALL_EDGE_INVERTED)
		return ", color=red, fontcolor=red";
	if (edge->state < INITCALL_EDGE_ORDERED)
		return ", color=gray, fontcolor=gray, style=dashed";
	if (edge->state == INITCALL_EDGE_RETRY)
		return ", style=dashed";
	return edge->cycle ? ", color=red" : "";
}

/* A name may come from the command line, and have quotes in it. */
static void __init write_dot(const struct initcall_plan *plan, struct seq_buf *text)
{
	const struct initcall_declaration *words;
	const struct initcall_edge *edge;
	u32 i;

	seq_buf_puts(text, "digraph initcall_depends {\n\trankdir=LR;\n\tnode [shape=box];\n");
	for (i = 0; i < plan->graph.nr_edges; i++) {
		edge = &plan->graph.edges[i];
		words = &plan->declarations[i];
		seq_buf_printf(text, "\t\"%*pEc\" -> \"%*pEc\" [label=\"%s\"%s];\n",
			       (int)strlen(words->consumer), words->consumer,
			       (int)strlen(words->prerequisite), words->prerequisite,
			       initcall_states[edge->state], dot_style(edge));
	}
	seq_buf_puts(text, "}\n");
}

/* How long a text will be is known when it has been written. */
static int __init write_text(const struct initcall_plan *plan, const struct view *view)
{
	struct seq_buf text;
	size_t size;
	char *data;

	for (size = 128 * plan->graph.nr_nodes; ; size *= 2) {
		data = initcall_alloc(1, size);
		if (!data)
			return -ENOMEM;
		seq_buf_init(&text, data, size);
		view->write(plan, &text);
		if (!seq_buf_has_overflowed(&text))
			break;
		kvfree(data);
	}
	view->text->data = data;
	view->text->size = seq_buf_used(&text);
	return 0;
}

/**
 * initcall_debugfs_create() - show the plan in debugfs
 * @plan: the plan, behind the last initcall
 *
 * Context: __init, may sleep.
 * Return: 0 or -ENOMEM: some files are missing.
 */
int __init initcall_debugfs_create(const struct initcall_plan *plan)
{
	static struct debugfs_blob_wrapper order, edges, graph, discovered;
	const struct view views[] = {
		{ "order", write_order, &order },
		{ "edges", write_edges, &edges },
		{ "graph.dot", write_dot, &graph },
		{ "discovered", initcall_discover_write, &discovered },
	};
	struct dentry *dir = debugfs_create_dir("initcall_depends", NULL);
	int i, err;

	for (i = 0; i < ARRAY_SIZE(views); i++) {
		if (views[i].text == &discovered && !initcall_discovers(plan))
			continue;
		err = write_text(plan, &views[i]);
		if (err)
			return err;
		debugfs_create_blob(views[i].name, 0444, dir, views[i].text);
	}
	return 0;
}

/**
 * initcall_trace_move() - trace that an initcall is run elsewhere than in link order
 * @plan: the plan
 * @place: its place in the order
 *
 * Context: __init, any.
 */
void __init initcall_trace_move(const struct initcall_plan *plan, u32 place)
{
	initcall_t moved = initcall_function(plan, plan->order[place]);
	u32 cause;

	if (plan->moves[place] == INITCALL_STAYED)
		return;
	cause = initcall_move_cause(&plan->graph, plan->order, plan->moves, place);
	if (plan->moves[place] == INITCALL_PULLED)
		trace_initcall_pulled(moved, initcall_function(plan, cause));
	else
		trace_initcall_held_back(moved, initcall_function(plan, cause));
}
