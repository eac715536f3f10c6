// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: A random order of initcalls
 *
 * Link order hides dependencies that are not declared. initcall_shuffle() puts
 * initcalls in a random order for initcall_order() to start from, so that what is
 * declared still holds, and nothing else does.
 *
 * Each level is shuffled on its own, and so is its _sync half, by the method of
 * Fisher and Yates. Each has a generator of its own as well, so that its order does
 * not depend on which other levels are shuffled. The initcalls of a module stay in
 * link order among themselves: a module cannot declare that it needs itself.
 *
 * The generator is SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
 * number generators, OOPSLA 2014). A number below n is the upper half of its upper 32
 * bits times n, of which no value is more likely than another by more than
 * n / 2^32. All of it is unsigned arithmetic of 64 bits, so that a seed means the
 * same order on every architecture.
 *
 * Without kernel state, like order.c.
 */

#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include "options.h"

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

/* Each level gets a generator that starts elsewhere. */
static u64 __init start_random(u64 seed, u32 level)
{
	u64 state = seed;

	return next_random(&state) ^ level;
}

/* List the initcalls that each module has at this level, in link order. */
static void __init list_siblings(struct initcall_graph *graph, u32 from, u32 to)
{
	u32 i, module;

	for (i = to; i-- > from; ) {
		module = graph->nodes[i].module;
		graph->nodes[i].next = graph->search[module].first;
		graph->search[module].first = i;
	}
}

/* Initcalls of one level differ in nothing but their modules. */
static void __init shuffle_level(struct initcall_graph *graph, u32 *link, u32 from, u32 to,
				 u64 state)
{
	u32 i, other;

	for (i = to; i > from + 1; i--) {
		other = from + random_below(&state, i - from);
		swap(link[i - 1], link[other]);
		swap(graph->nodes[i - 1].module, graph->nodes[other].module);
	}
}

/* Of the places that the initcalls of a module got, the first one gets the first. */
static void __init restore_siblings(struct initcall_graph *graph, u32 *link, u32 from, u32 to)
{
	struct initcall_search *module;
	u32 i;

	for (i = from; i < to; i++) {
		module = &graph->search[graph->nodes[i].module];
		if (graph->nodes[i].module)
			link[i] = module->first;
		module->first = graph->nodes[module->first].next;
	}
}

/**
 * initcall_shuffle() - put initcalls in a random order, as if linked in that order
 * @graph: nodes and modules; changed. Modules without a number are not kept in
 *	link order
 * @bases: levels to shuffle, a set of initcall_base_bit()
 * @seed: determines the order
 * @link: array with an element for each node; receives their places in link order
 *
 * To be called before initcall_order(). Takes time linear in initcalls plus modules.
 * It is not inlined, so that initcall-graph can see that an image has it.
 *
 * Context: __init, any; neither sleeps nor allocates.
 */
noinline void __init initcall_shuffle(struct initcall_graph *graph, u32 bases, u64 seed, u32 *link)
{
	u32 i, from, to;

	for (i = 0; i < graph->nr_modules; i++)
		graph->search[i].first = INITCALL_NONE;
	for (i = 0; i < graph->nr_nodes; i++)
		link[i] = i;
	for (from = 0; from < graph->nr_nodes; from = to) {
		for (to = from; to < graph->nr_nodes; to++)
			if (graph->nodes[to].level != graph->nodes[from].level)
				break;
		if (!(bases & initcall_base_bit(graph->nodes[from].level)))
			continue;
		list_siblings(graph, from, to);
		shuffle_level(graph, link, from, to,
			      start_random(seed, graph->nodes[from].level));
		restore_siblings(graph, link, from, to);
	}
}
