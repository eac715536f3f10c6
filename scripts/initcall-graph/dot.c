// SPDX-License-Identifier: GPL-2.0
/*
 * The graph as a picture: a cluster per level, a box per module and level, an arrow
 * from a consumer to what it needs.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

/**
 * struct box - the initcalls that one module has at one level
 * @module: the module
 * @level: the level
 * @sync: all of them are in the _sync half
 * @moved: enum initcall_move of the first one that has moved
 * @drawn: it has edges, or everything is to be drawn
 */
struct box {
	u32 module;
	u8 level;
	bool sync;
	u8 moved;
	bool drawn;
};

/**
 * struct picture - what is drawn
 * @plan: the plan
 * @boxes: the boxes, by level; those of a level in the order in which they run
 * @nr_boxes: number of elements in @boxes
 */
struct picture {
	const struct plan *plan;
	struct box *boxes;
	u32 nr_boxes;
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
	const struct plan *plan = picture->plan;
	const struct initcall_node *node;
	struct box *box;
	u32 i;

	for (i = 0; i < plan->graph.nr_nodes; i++) {
		node = &plan->nodes[plan->order[i]];
		if (node->module == INITCALL_NONE)
			continue;
		box = find_box(picture, node->module, node->level);
		if (!box) {
			box = &picture->boxes[picture->nr_boxes++];
			*box = (struct box){ node->module, node->level, true, 0, all };
		}
		box->sync &= node->sync;
		if (!box->moved)
			box->moved = plan->moves[i];
	}
}

static const char *box_style(const struct box *box)
{
	if (box->moved == INITCALL_PULLED)
		return ", style=filled, fillcolor=palegreen";
	if (box->moved == INITCALL_HELD_BACK)
		return ", style=filled, fillcolor=khaki";
	return "";
}

static void write_box(const struct picture *picture, const struct box *box)
{
	const struct plan *plan = picture->plan;
	const struct initcall_node *node;
	u32 i;

	printf("\t\tb%td [label=\"", box - picture->boxes);
	write_quoted(initcall_names_get(&plan->names, box->module));
	for (i = 0; i < plan->graph.nr_nodes; i++) {
		node = &plan->nodes[plan->order[i]];
		if (node->module != box->module || node->level != box->level)
			continue;
		printf("\\n%u ", i);
		write_quoted(plan_function(plan, plan->order[i]));
		printf("%s", node->sync ? " (sync)" : "");
	}
	printf("\"%s];\n", box_style(box));
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
			       initcall_levels[level], initcall_levels[level]);
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

static const char *edge_style(const struct initcall_edge *edge)
{
	if (edge->state == INITCALL_EDGE_CYCLIC || edge->state == INITCALL_EDGE_INVERTED ||
	    edge->state == INITCALL_EDGE_AMBIGUOUS)
		return ", color=red, fontcolor=red, style=dashed, penwidth=2";
	if (edge->cycle)
		return ", color=red, penwidth=2";
	if (edge->state < INITCALL_EDGE_ORDERED)
		return ", color=gray, fontcolor=gray, style=dashed";
	if (edge->state == INITCALL_EDGE_RETRY)
		return ", color=orange, fontcolor=orange3, style=dashed";
	return "";
}

/* What is not in the image has no box, and is drawn outside of all levels. */
static void write_end(const struct picture *picture, const struct box *box, const char *words)
{
	if (box) {
		printf("b%td", box - picture->boxes);
		return;
	}
	putchar('"');
	write_quoted(words);
	putchar('"');
}

static void write_edge(const struct picture *picture, u32 i)
{
	const struct initcall_declaration *words = &picture->plan->declarations[i];
	const struct initcall_edge *edge = &picture->plan->graph.edges[i];
	struct box *consumer, *prerequisite;

	find_pair(picture, edge, &consumer, &prerequisite);
	putchar('\t');
	write_end(picture, consumer, words->consumer);
	printf(" -> ");
	write_end(picture, prerequisite, words->prerequisite);
	printf(" [label=\"%s\"%s];\n", initcall_states[edge->state], edge_style(edge));
}

static void mark_drawn(const struct picture *picture)
{
	const struct initcall_graph *graph = &picture->plan->graph;
	struct box *consumer, *prerequisite;
	u32 i;

	for (i = 0; i < graph->nr_edges; i++) {
		find_pair(picture, &graph->edges[i], &consumer, &prerequisite);
		if (consumer)
			consumer->drawn = true;
		if (prerequisite)
			prerequisite->drawn = true;
	}
}

static void write_picture(const struct picture *picture)
{
	u32 i;

	printf("digraph initcall_depends {\n\trankdir=LR;\n\tnode [shape=box, fontname=\"sans\"];\n"
	       "\tedge [fontname=\"sans\", fontsize=10];\n");
	for (i = 0; i < INITCALL_NR_LEVELS; i++)
		write_level(picture, i);
	for (i = 0; i < picture->plan->graph.nr_edges; i++)
		write_edge(picture, i);
	printf("}\n");
}

/**
 * command_dot() - write the graph for graphviz
 * @request: what the user wants
 * @plan: what the kernel is going to do
 *
 * Return: CLEAN, or TROUBLE without memory.
 */
int command_dot(const struct request *request, const struct plan *plan)
{
	struct picture picture = { .plan = plan };

	picture.boxes = calloc(plan->graph.nr_nodes + 1, sizeof(*picture.boxes));
	if (!picture.boxes) {
		fprintf(stderr, "%s: error: out of memory\n", image_path(plan->image));
		return TROUBLE;
	}
	collect_boxes(&picture, request->all);
	mark_drawn(&picture);
	write_picture(&picture);
	free(picture.boxes);
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
	dot = popen("dot -Tsvg", "w");
	if (!dot || out < 0 || dup2(fileno(dot), STDOUT_FILENO) < 0) {
		perror("initcall-graph: error: dot");
		return TROUBLE;
	}
	status = command_dot(request, plan);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	if (pclose(dot) || status) {
		fprintf(stderr, "initcall-graph: error: dot has failed\n");
		return TROUBLE;
	}
	return CLEAN;
}
