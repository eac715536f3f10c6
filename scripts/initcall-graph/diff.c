// SPDX-License-Identifier: GPL-2.0
/*
 * Which initcalls run in another order, relative to each other, in another image?
 *
 * Most of what two images have in common is in the same order in both: the longest
 * increasing subsequence. The rest has moved.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

/**
 * struct call - an initcall in one of the images
 * @plan: the plan of that image
 * @place: its place in the order
 * @other: its place in the order of the other image, or INITCALL_NONE
 * @before: in a longest increasing subsequence that ends here, the one before
 * @stays: it is in the longest of all
 */
struct call {
	const struct plan *plan;
	u32 place;
	u32 other;
	u32 before;
	bool stays;
};

static u32 node_of(const struct call *call)
{
	return call->plan->graph.order[call->place];
}

static const char *function_of(const struct call *call)
{
	return plan_function(call->plan, node_of(call));
}

static const char *module_of(const struct call *call)
{
	const char *name = plan_module(call->plan, node_of(call));

	return name ? name : "-";
}

static u8 level_of(const struct call *call)
{
	return call->plan->graph.nodes[node_of(call)].level;
}

/* Of several that look the same, each is taken for the one of the same rank. */
static int by_name(const void *a, const void *b)
{
	const struct call *one = *(const struct call * const *)a;
	const struct call *other = *(const struct call * const *)b;
	int result = strcmp(module_of(one), module_of(other));

	if (!result)
		result = strcmp(function_of(one), function_of(other));
	return result ? result : level_of(one) - level_of(other);
}

static int by_name_and_place(const void *a, const void *b)
{
	const struct call *one = *(const struct call * const *)a;
	const struct call *other = *(const struct call * const *)b;
	int result = by_name(a, b);

	return result ? result : one->place < other->place ? -1 : one->place > other->place;
}

static struct call *list_calls(const struct plan *plan, struct call ***sorted)
{
	u32 i, count = plan->graph.nr_nodes;
	struct call *calls = allocate(count, sizeof(*calls));

	*sorted = allocate(count, sizeof(**sorted));
	for (i = 0; i < count; i++) {
		calls[i] = (struct call){ .plan = plan, .place = i, .other = INITCALL_NONE };
		(*sorted)[i] = &calls[i];
	}
	qsort(*sorted, count, sizeof(**sorted), by_name_and_place);
	return calls;
}

static void match(struct call **old, u32 nr_old, struct call **new, u32 nr_new)
{
	u32 i = 0, j = 0;
	int result;

	while (i < nr_old && j < nr_new) {
		result = by_name(&old[i], &new[j]);
		if (!result) {
			old[i]->other = new[j]->place;
			new[j]->other = old[i]->place;
		}
		i += result <= 0;
		j += result >= 0;
	}
}

/* Patience sorting; @tails[n] is the end of the best subsequence of length n + 1. */
static void find_stayers(struct call *calls, u32 count, u32 *tails)
{
	u32 i, low, high, middle, length = 0;

	for (i = 0; i < count; i++) {
		if (calls[i].other == INITCALL_NONE)
			continue;
		for (low = 0, high = length; low < high; ) {
			middle = low + (high - low) / 2;
			if (calls[tails[middle]].other < calls[i].other)
				low = middle + 1;
			else
				high = middle;
		}
		calls[i].before = low ? tails[low - 1] : INITCALL_NONE;
		tails[low] = i;
		if (low == length)
			length++;
	}
	i = length ? tails[length - 1] : INITCALL_NONE;
	for (; i != INITCALL_NONE; i = calls[i].before)
		calls[i].stays = true;
}

static void show_call(const struct call *call)
{
	printf("%s (%s, %s)", function_of(call), module_of(call), plan_level(level_of(call)));
}

/* The nearest one before it that both images have, and that has stayed. */
static void show_neighbour(const struct call *calls, u32 place, const char *image,
			   const bool *stays)
{
	printf("    %-4s place %u, ", image, place);
	while (place > 0 && !stays[place - 1])
		place--;
	if (!place) {
		printf("before all others\n");
		return;
	}
	printf("after ");
	show_call(&calls[place - 1]);
	putchar('\n');
}

static u32 show_moved(const struct call *old, u32 nr_old, const struct call *new,
		      const bool *stays_old, const bool *stays_new)
{
	u32 i, count = 0;

	for (i = 0; i < nr_old; i++) {
		if (old[i].other == INITCALL_NONE || old[i].stays)
			continue;
		printf("moved   ");
		show_call(&old[i]);
		putchar('\n');
		show_neighbour(old, i, "old:", stays_old);
		show_neighbour(new, old[i].other, "new:", stays_new);
		count++;
	}
	return count;
}

static u32 show_single(const struct call *calls, u32 count, const char *what)
{
	u32 i, single = 0;

	for (i = 0; i < count; i++) {
		if (calls[i].other != INITCALL_NONE)
			continue;
		printf("%-7s ", what);
		show_call(&calls[i]);
		putchar('\n');
		single++;
	}
	return single;
}

static int compare(struct call *old, u32 nr_old, struct call *new, u32 nr_new, u32 *tails,
		   bool *stays_old, bool *stays_new)
{
	u32 i, moved, gone, added;

	find_stayers(old, nr_old, tails);
	for (i = 0; i < nr_old; i++) {
		stays_old[i] = old[i].stays;
		if (old[i].stays)
			stays_new[old[i].other] = true;
	}
	moved = show_moved(old, nr_old, new, stays_old, stays_new);
	gone = show_single(old, nr_old, "gone");
	added = show_single(new, nr_new, "added");
	printf("%u of %u initcalls moved, %u gone, %u added\n", moved, nr_old, gone, added);
	return moved || gone || added ? PROBLEMS : CLEAN;
}

static int diff(const struct plan *old_plan, const struct plan *new_plan)
{
	u32 nr_old = old_plan->graph.nr_nodes, nr_new = new_plan->graph.nr_nodes;
	struct call **old_sorted, **new_sorted;
	struct call *old = list_calls(old_plan, &old_sorted);
	struct call *new = list_calls(new_plan, &new_sorted);
	u32 *tails = allocate(nr_old, sizeof(*tails));
	bool *stays = allocate(nr_old + nr_new, sizeof(*stays));
	int status;

	match(old_sorted, nr_old, new_sorted, nr_new);
	status = compare(old, nr_old, new, nr_new, tails, stays, stays + nr_old);
	free(old_sorted);
	free(new_sorted);
	free(old);
	free(new);
	free(tails);
	free(stays);
	return status;
}

/**
 * command_diff() - which initcalls changed their relative order between two images
 * @request: what the user wants
 * @plan: what the kernel in the first image is going to do
 *
 * Return: CLEAN if none, PROBLEMS if some did, came or went, TROUBLE if the second
 * image cannot be read.
 */
int command_diff(const struct request *request, const struct plan *plan)
{
	struct image *image = image_open(request->operands[1]);
	struct plan other;
	int status = TROUBLE;

	if (!image)
		return TROUBLE;
	if (plan_read(&other, image, &request->options))
		status = diff(plan, &other);
	plan_free(&other);
	image_close(image);
	return status;
}
