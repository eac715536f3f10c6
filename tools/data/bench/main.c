// SPDX-License-Identifier: GPL-2.0
/*
 * Sort a graph with each contender in turn, many times: order-bench SHAPE NODES ROUNDS
 * or order-bench FILE ROUNDS
 *
 * Writes "nodes N", "edges N", "scratch BYTES", "moved N", and "<contender>
 * NANOSECONDS" for each time that it has sorted. Each result is checked.
 */

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "bench.h"

#define MAX_NODES	100000000

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static const struct contender * const contenders[] = {
	&initcall_order_contender, &igraph_contender, &igraph_edges_contender, &tsort_contender
};

static u64 nsecs(const struct timeval *time)
{
	return (time->tv_sec * 1000000ULL + time->tv_usec) * 1000;
}

/* Time of the processor, which other programs do not lengthen; that of tsort, too. */
static u64 now(void)
{
	struct rusage children;
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	getrusage(RUSAGE_CHILDREN, &children);
	return time.tv_sec * 1000000000ULL + time.tv_nsec +
	       nsecs(&children.ru_utime) + nsecs(&children.ru_stime);
}

static bool sort_once(const struct contender *contender, const struct dag *dag, u32 *order,
		      bool shown)
{
	u64 start = now(), time;
	bool sorted = contender->sort();

	time = now() - start;
	if (!sorted || !contender->read(order) || !dag_is_order(dag, order)) {
		fprintf(stderr, "order-bench: error: %s does not sort this graph\n",
			contender->name);
		return false;
	}
	if (shown)
		printf("%s %llu\n", contender->name, (unsigned long long)time);
	return true;
}

static bool sort_in_turn(const struct dag *dag, u32 rounds)
{
	u32 *order = calloc(dag->nr_nodes, sizeof(*order));
	bool sorted = order;
	u32 round, i;

	for (i = 0; sorted && i < ARRAY_SIZE(contenders); i++) {
		sorted = contenders[i]->open(dag);
		if (!sorted)
			fprintf(stderr, "order-bench: error: %s cannot have this graph\n",
				contenders[i]->name);
	}
	/* The first round is for the caches. */
	for (round = 0; sorted && round <= rounds; round++)
		for (i = 0; sorted && i < ARRAY_SIZE(contenders); i++)
			sorted = sort_once(contenders[i], dag, order, round > 0);
	free(order);
	return sorted;
}

static u32 number(const char *word)
{
	char *end;
	unsigned long value = strtoul(word, &end, 10);

	return *end || value > MAX_NODES ? 0 : value;
}

static bool make_dag(struct dag *dag, char **words, int nr_words)
{
	if (nr_words == 3)
		return dag_read(dag, words[1]);
	return dag_make(dag, words[1], number(words[2]));
}

int main(int argc, char **argv)
{
	struct dag dag;
	bool sorted;
	u32 i;

	if (argc < 3 || argc > 4 || !number(argv[argc - 1]) || (argc == 4 && number(argv[2]) < 2)) {
		fprintf(stderr, "usage: order-bench random|chain|star|layered NODES ROUNDS\n"
				"       order-bench FILE ROUNDS\n");
		return 2;
	}
	/* One heap that stays, so that fresh pages do not count. */
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, -1);
	if (!make_dag(&dag, argv, argc)) {
		fprintf(stderr, "order-bench: error: %s is no graph\n", argv[1]);
		return 2;
	}
	printf("nodes %u\nedges %u\nscratch %zu\n", dag.nr_nodes, dag.nr_pairs,
	       scratch_size(&dag));
	sorted = sort_in_turn(&dag, number(argv[argc - 1]));
	if (sorted)
		printf("moved %u\n", nr_moved());
	for (i = 0; sorted && i < ARRAY_SIZE(contenders); i++)
		contenders[i]->close();
	free(dag.pairs);
	return sorted && !fflush(stdout) ? 0 : 1;
}
