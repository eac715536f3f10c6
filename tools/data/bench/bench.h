/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _BENCH_H
#define _BENCH_H

#include <linux/types.h>

/**
 * struct pair - the consumer needs the prerequisite to come first
 * @consumer: number of a node
 * @prerequisite: number of another one
 */
struct pair {
	u32 consumer;
	u32 prerequisite;
};

/**
 * struct dag - a graph without circles
 * @pairs: its edges
 * @nr_nodes: nodes are numbered from 0, in link order
 * @nr_pairs: number of elements in @pairs
 */
struct dag {
	struct pair *pairs;
	u32 nr_nodes;
	u32 nr_pairs;
};

/**
 * struct contender - one way to sort a graph
 * @name: what it is called in the results
 * @open: get ready for a graph, which is not timed; false if that is not possible
 * @sort: sort it, false if that fails
 * @read: fill in the order that @sort has found; which is not timed either
 * @close: free everything
 */
struct contender {
	const char *name;
	bool (*open)(const struct dag *dag);
	bool (*sort)(void);
	bool (*read)(u32 *order);
	void (*close)(void);
};

extern const struct contender initcall_order_contender;
extern const struct contender igraph_contender;
extern const struct contender igraph_edges_contender;
extern const struct contender tsort_contender;

bool dag_make(struct dag *dag, const char *shape, u32 nr_nodes);
bool dag_read(struct dag *dag, const char *path);
bool dag_is_order(const struct dag *dag, const u32 *order);
size_t scratch_size(const struct dag *dag);
u32 nr_moved(void);

#endif /* _BENCH_H */
