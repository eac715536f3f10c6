// SPDX-License-Identifier: GPL-2.0
/*
 * Graphs to sort: from a file, or of four shapes, of any size, the same ones each time.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* Edges per node in the random and the layered graph. */
#define DEGREE	2

static u64 seed;

/* xorshift64* */
static u32 random_below(u32 limit)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return ((seed * 2685821657736338717ULL) >> 32) * limit >> 32;
}

static void add_pair(struct dag *dag, u32 consumer, u32 prerequisite)
{
	dag->pairs[dag->nr_pairs++] = (struct pair){ consumer, prerequisite };
}

/* Dependencies have nothing to do with link order. */
static bool make_random(struct dag *dag)
{
	u32 *rank = calloc(dag->nr_nodes, sizeof(*rank));
	u32 i, j, a, b, swap;

	if (!rank)
		return false;
	for (i = 0; i < dag->nr_nodes; i++) {
		j = random_below(i + 1);
		rank[i] = rank[j];
		rank[j] = i;
	}
	for (i = 0; i < DEGREE * dag->nr_nodes; i++) {
		a = random_below(dag->nr_nodes);
		b = random_below(dag->nr_nodes - 1);
		b += b >= a;
		swap = rank[a] < rank[b];
		add_pair(dag, swap ? b : a, swap ? a : b);
	}
	free(rank);
	return true;
}

/* Each one needs the next, so that all of link order is turned round. */
static bool make_chain(struct dag *dag)
{
	u32 i;

	for (i = 0; i + 1 < dag->nr_nodes; i++)
		add_pair(dag, i, i + 1);
	return true;
}

/* All need the last one. */
static bool make_star(struct dag *dag)
{
	u32 i;

	for (i = 0; i + 1 < dag->nr_nodes; i++)
		add_pair(dag, i, dag->nr_nodes - 1);
	return true;
}

/* As many layers as a layer has nodes; each node needs some of the next layer. */
static bool make_layered(struct dag *dag)
{
	u32 width = 1, i, j, next;

	while ((u64)(width + 1) * (width + 1) <= dag->nr_nodes)
		width++;
	for (i = 0; i + width < dag->nr_nodes; i++) {
		next = (i / width + 1) * width;
		for (j = 0; j < DEGREE; j++)
			add_pair(dag, i, next + random_below(next + width <= dag->nr_nodes ?
							     width : dag->nr_nodes - next));
	}
	return true;
}

/**
 * dag_make() - make a graph
 * @dag: receives it
 * @shape: random, chain, star or layered
 * @nr_nodes: how many nodes it has, at least 2
 *
 * Return: false if there is no such shape, or not enough memory.
 */
bool dag_make(struct dag *dag, const char *shape, u32 nr_nodes)
{
	seed = 88172645463325252ULL;
	*dag = (struct dag){ .nr_nodes = nr_nodes };
	dag->pairs = calloc((size_t)DEGREE * nr_nodes, sizeof(*dag->pairs));
	if (!dag->pairs)
		return false;
	if (!strcmp(shape, "random"))
		return make_random(dag);
	if (!strcmp(shape, "chain"))
		return make_chain(dag);
	if (!strcmp(shape, "star"))
		return make_star(dag);
	return !strcmp(shape, "layered") && make_layered(dag);
}

static bool read_pairs(struct dag *dag, FILE *file)
{
	struct pair *pair;
	u32 i;

	for (i = 0; i < dag->nr_pairs; i++) {
		pair = &dag->pairs[i];
		if (fscanf(file, "%u %u", &pair->consumer, &pair->prerequisite) != 2 ||
		    pair->consumer >= dag->nr_nodes || pair->prerequisite >= dag->nr_nodes)
			return false;
	}
	return true;
}

/**
 * dag_read() - read a graph
 * @dag: receives it
 * @path: file with the number of nodes and that of edges, and the numbers of
 *	consumer and prerequisite for each edge
 *
 * Return: false if there is no such file, or not enough memory.
 */
bool dag_read(struct dag *dag, const char *path)
{
	FILE *file = fopen(path, "r");
	bool is_read = false;

	*dag = (struct dag){ };
	if (!file)
		return false;
	if (fscanf(file, "%u %u", &dag->nr_nodes, &dag->nr_pairs) == 2) {
		dag->pairs = calloc(dag->nr_pairs, sizeof(*dag->pairs));
		is_read = dag->pairs && read_pairs(dag, file);
	}
	fclose(file);
	return is_read;
}

/**
 * dag_is_order() - is this an order of the graph?
 * @dag: the graph
 * @order: an array of as many elements as it has nodes
 *
 * Return: whether each node is in it once, and after all that it needs.
 */
bool dag_is_order(const struct dag *dag, const u32 *order)
{
	u32 *place = calloc(dag->nr_nodes, sizeof(*place));
	bool right = place;
	u32 i;

	for (i = 0; right && i < dag->nr_nodes; i++) {
		right = order[i] < dag->nr_nodes && !place[order[i]];
		if (right)
			place[order[i]] = i + 1;
	}
	for (i = 0; right && i < dag->nr_pairs; i++)
		right = place[dag->pairs[i].prerequisite] < place[dag->pairs[i].consumer];
	free(place);
	return right;
}
