// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: A random order of initcalls
 *
 * Link order hides who needs whom. initcall_shuffle() puts initcalls in an order
 * that nobody can have relied on, for initcall_order() to start from, so that all
 * that is declared still holds, and nothing else does.
 *
 * Each half of a level is shuffled on its own, by Fisher and Yates' method. A half has a
 * generator of its own as well, so that its order does not depend on which
 * other levels are shuffled. The initcalls of a module stay in link order among
 * themselves: what a module needs of itself cannot be declared.
 *
 * The generator is SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
 * number generators, OOPSLA 2014). A number below n is the upper half of its upper 32
 * bits times n, of which no value is more likely than another by more than
 * n / 2^32. All of it is unsigned arithmetic of 64 bits, so that a seed means the
 * same order on every architecture.
 *
 * Free of kernel state, like order.c.
 */

#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/types.h>

#include "shuffle.h"

static u64 __init next_random(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static u32 __init random_below(u64 *state, u32 n)
{
	return ((next_random(state) >> 32) * n) >> 32;
}

/* Each half gets a generator that starts elsewhere. */
static u64 __init start_random(u64 seed, const struct initcall_node *node)
{
	u64 state = seed;

	return next_random(&state) ^ (2 * node->level + node->sync);
}

/**
 * struct siblings - the initcalls that each module has in one half of a level
 * @first: by module: the first one that has no place yet, or INITCALL_NONE
 * @next: by initcall: the next one of its module
 */
struct siblings {
	u32 *first;
	u32 *next;
};

/* Let the initcalls of each module share their places in link order. */
static void __init restore_siblings(const struct initcall_node *nodes, struct siblings *siblings,
				    u32 *link, u32 from, u32 to)
{
	u32 i, module;

	for (i = to; i-- > from; ) {
		module = nodes[i].module;
		if (module == INITCALL_NONE)
			continue;
		siblings->next[i] = siblings->first[module];
		siblings->first[module] = i;
	}
	for (i = from; i < to; i++) {
		module = nodes[link[i]].module;
		if (module == INITCALL_NONE)
			continue;
		link[i] = siblings->first[module];
		siblings->first[module] = siblings->next[link[i]];
	}
}

static void __init shuffle_half(u32 *link, u32 count, u64 state)
{
	u32 i, other;

	for (i = count; i > 1; i--) {
		other = random_below(&state, i);
		swap(link[i - 1], link[other]);
	}
}

static bool __init same_half(const struct initcall_node *a, const struct initcall_node *b)
{
	return a->level == b->level && a->sync == b->sync;
}

/* Within a half, initcalls differ in nothing but their modules. */
static void __init move_modules(struct initcall_node *nodes, const u32 *link, u32 *scratch,
				u32 nr_nodes)
{
	u32 i;

	for (i = 0; i < nr_nodes; i++)
		scratch[i] = nodes[link[i]].module;
	for (i = 0; i < nr_nodes; i++)
		nodes[i].module = scratch[i];
}

/**
 * initcall_shuffle_scratch() - memory that initcall_shuffle() needs to work
 * @graph: the graph whose initcalls are going to be shuffled; only its sizes matter
 *
 * Context: __init, any.
 * Return: size in bytes; SIZE_MAX if it cannot be had at all.
 */
size_t __init initcall_shuffle_scratch(const struct initcall_graph *graph)
{
	return size_add(array_size(graph->nr_nodes, sizeof(u32)),
			array_size(graph->nr_modules, sizeof(u32)));
}

/**
 * initcall_shuffle() - put initcalls in a random order, as if linked like that
 * @graph: the initcalls
 * @options: which levels to shuffle, and the seed
 * @scratch: memory of the size that initcall_shuffle_scratch() tells
 * @nodes: the initcalls of @graph once more, to be changed
 * @link: array of as many elements; receives their places in link order
 *
 * Takes time linear in initcalls plus modules. It is not inlined, so that
 * initcall-graph can tell that an image has it.
 *
 * Context: __init, any; neither sleeps nor allocates.
 */
noinline void __init initcall_shuffle(const struct initcall_graph *graph,
				      const struct initcall_options *options, u32 *scratch,
				      struct initcall_node *nodes, u32 *link)
{
	struct siblings siblings = { .first = scratch, .next = scratch + graph->nr_modules };
	u32 from, to;

	memset(siblings.first, 0xff, graph->nr_modules * sizeof(u32));
	for (to = 0; to < graph->nr_nodes; to++)
		link[to] = to;
	for (from = 0; from < graph->nr_nodes; from = to) {
		for (to = from; to < graph->nr_nodes; to++)
			if (!same_half(&nodes[to], &nodes[from]))
				break;
		if (!(options->shuffle & (1U << nodes[from].level)))
			continue;
		shuffle_half(link + from, to - from, start_random(options->seed, &nodes[from]));
		restore_siblings(nodes, &siblings, link, from, to);
	}
	move_modules(nodes, link, siblings.next, graph->nr_nodes);
}
