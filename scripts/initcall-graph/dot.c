// SPDX-License-Identifier: GPL-2.0
/*
 * The graph as a picture: a cluster for each level, a box for each module there, an
 * arrow from a consumer to what it needs.
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"

/**
 * struct box - the initcalls that a module has at a level
 * @module: the module
 * @level: the level
 * @moved: one of them was pulled forward
 * @drawn: it has edges, or everything is to be drawn
 */
struct box {
	u32 module;
	u8 level;
	bool moved;
	bool drawn;
};

/**
 * struct picture - what is drawn
 * @plan: the plan
 * @boxes: the boxes, by level; those of a level in the order in which they run
 * @nr_boxes: number of elements in @boxes
 * @in_cycle: by edge: it is part of a cycle
 */
struct picture {
	const struct plan *plan;
	struct box *boxes;
	u32 nr_boxes;
	bool *in_cycle;
};

/* In double quotes, where only these two are special. */
static void write_quoted(const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
}

static struct box *find_box(const struct picture *picture, u32 module, u8 level)
{
	u32 i;

	for (i = 0; i < picture->nr_boxes; i++)
		if (picture->boxes[i].module == module && picture->boxes[i].level == level)
			return &picture->boxes[i];
	return NULL;
}

static void collect_boxes(struct picture *picture, bool all)
{
	const struct initcall_graph *graph = &picture->plan->graph;
	const struct initcall_node *node;
	struct box *box;
	u32 i;

	for (i = 0; i < graph->nr_nodes; i++) {
		node = &graph->nodes[graph->order[i]];
		if (!node->module)
			continue;
		box = find_box(picture, node->module, node->level);
		if (!box) {
			box = &picture->boxes[picture->nr_boxes++];
			*box = (struct box){ node->module, node->level, false, all };
		}
		box->moved |= node->before != INITCALL_NONE;
	}
}

static void write_box(const struct picture *picture, const struct box *box)
{
	const struct plan *plan = picture->plan;
	const struct initcall_node *node;
	u32 i;

	printf("\t\tb%td [label=\"", box - picture->boxes);
	write_quoted(plan->names[box->module]);
	for (i = 0; i < plan->graph.nr_nodes; i++) {
		node = &plan->graph.nodes[plan->graph.order[i]];
		if (node->module != box->module || node->level != box->level)
			continue;
		printf("\\n%u ", i);
		write_quoted(plan_function(plan, plan->graph.order[i]));
	}
	printf("\"%s];\n", box->moved ? ", style=filled, fillcolor=palegreen" : "");
}

static void write_level(const struct picture *picture, u8 level)
{
	bool any = false;
	u32 i;

	for (i = 0; i < picture->nr_boxes; i++) {
		if (picture->boxes[i].level != level || !picture->boxes[i].drawn)
			continue;
		if (!any)
			printf("\tsubgraph cluster_%s {\n\t\tlabel=\"%s\";\n",
			       plan_level(level), plan_level(level));
		any = true;
		write_box(picture, &picture->boxes[i]);
	}
	if (any)
		printf("\t}\n");
}

/* The last box of the prerequisite that is not later than one of the consumer's. */
static void find_pair(const struct picture *picture, const struct initcall_edge *edge,
		      struct box **consumer, struct box **prerequisite)
{
	struct box *box;
	u8 level;

	*consumer = NULL;
	*prerequisite = NULL;
	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		box = find_box(picture, edge->consumer, level);
		if (box)
			*consumer = box;
	}
	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		box = find_box(picture, edge->prerequisite, level);
		if (box && (!*prerequisite || (*consumer && level <= (*consumer)->level)))
			*prerequisite = box;
	}
}

static const char *edge_style(const struct picture *picture, u32 i)
{
	const struct initcall_edge *edge = &picture->plan->graph.edges[i];

	if (edge->state == INITCALL_EDGE_CYCLE || edge->state == INITCALL_EDGE_AMBIGUOUS)
		return ", color=red, fontcolor=red, style=dashed, penwidth=2";
	if (picture->in_cycle[i])
		return ", color=red, penwidth=2";
	if (edge->state != INITCALL_EDGE_ACTIVE)
		return ", color=gray, fontcolor=gray, style=dashed";
	if (plan_is_later(picture->plan, i))
		return ", color=orange, fontcolor=orange3, style=dashed";
	return "";
}

/* What is not in the image has no box, and is drawn outside of all levels. */
static void write_end(const struct picture *picture, const struct box *box, const char *name)
{
	if (box) {
		printf("b%td", box - picture->boxes);
		return;
	}
	putchar('"');
	write_quoted(name);
	putchar('"');
}

static void write_edge(const struct picture *picture, u32 i)
{
	const struct plan *plan = picture->plan;
	struct box *consumer, *prerequisite;

	find_pair(picture, &plan->graph.edges[i], &consumer, &prerequisite);
	putchar('\t');
	write_end(picture, consumer, plan->consumers[i]);
	printf(" -> ");
	write_end(picture, prerequisite, plan_prerequisite(plan, i));
	printf(" [label=\"%s\"%s];\n", plan_is_later(plan, i) ? "later" : plan_state(plan, i),
	       edge_style(picture, i));
}

static void mark_drawn(const struct picture *picture)
{
	const struct plan *plan = picture->plan;
	struct box *consumer, *prerequisite;
	u32 i;

	for (i = 0; i < plan->graph.nr_edges; i++) {
		find_pair(picture, &plan->graph.edges[i], &consumer, &prerequisite);
		if (consumer)
			consumer->drawn = true;
		if (prerequisite)
			prerequisite->drawn = true;
	}
	for (i = 0; i < plan->nr_cycles; i++)
		if (plan->cycles[i] != INITCALL_NONE)
			picture->in_cycle[plan->cycles[i]] = true;
}

/**
 * command_dot() - write the graph for graphviz
 * @request: what the user wants
 * @plan: what the kernel is going to do
 *
 * Return: CLEAN.
 */
int command_dot(const struct request *request, const struct plan *plan)
{
	struct picture picture = {
		.plan = plan,
		.boxes = allocate(plan->graph.nr_nodes, sizeof(*picture.boxes)),
		.in_cycle = allocate(plan->graph.nr_edges, sizeof(*picture.in_cycle)),
	};
	u32 i;

	collect_boxes(&picture, request->all);
	mark_drawn(&picture);
	printf("digraph initcall_depends {\n\trankdir=LR;\n\tnode [shape=box, fontname=\"sans\"];\n"
	       "\tedge [fontname=\"sans\", fontsize=10];\n");
	for (i = 0; i < INITCALL_NR_LEVELS; i++)
		write_level(&picture, i);
	for (i = 0; i < plan->graph.nr_edges; i++)
		write_edge(&picture, i);
	printf("}\n");
	free(picture.boxes);
	free(picture.in_cycle);
	return CLEAN;
}

/**
 * command_svg() - draw the graph with graphviz
 * @request: what the user wants
 * @plan: what the kernel is going to do
 *
 * Return: CLEAN, or TROUBLE if graphviz could not do it.
 */
int command_svg(const struct request *request, const struct plan *plan)
{
	int status, out = dup(STDOUT_FILENO);
	FILE *dot;

	if (system("command -v dot >/dev/null")) {
		fprintf(stderr, "initcall-graph: error: there is no dot: install graphviz\n");
		return TROUBLE;
	}
	dot = popen("exec dot -Tsvg", "w");
	if (!dot || out < 0 || dup2(fileno(dot), STDOUT_FILENO) < 0) {
		perror("initcall-graph: error: dot");
		return TROUBLE;
	}
	command_dot(request, plan);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	status = pclose(dot);
	/* The reader has seen enough: end as if this had written the picture itself. */
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE)
		raise(SIGPIPE);
	if (!status)
		return CLEAN;
	fprintf(stderr, "initcall-graph: error: dot has failed\n");
	return TROUBLE;
}
