/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_ORDER_H
#define _INITCALL_DEPENDS_ORDER_H

#include <linux/types.h>

#define INITCALL_NONE	((u32)~0U)

/*
 * The levels that initcalls are written for, see include/linux/init.h.
 *
 * rootfs_initcall() runs in the pass of fs_initcall(), but behind all of it,
 * so for ordering it is a level of its own.
 */
enum initcall_level {
	INITCALL_LEVEL_EARLY,
	INITCALL_LEVEL_PURE,
	INITCALL_LEVEL_CORE,
	INITCALL_LEVEL_POSTCORE,
	INITCALL_LEVEL_ARCH,
	INITCALL_LEVEL_SUBSYS,
	INITCALL_LEVEL_FS,
	INITCALL_LEVEL_ROOTFS,
	INITCALL_LEVEL_DEVICE,
	INITCALL_LEVEL_LATE,
	INITCALL_NR_LEVELS,
};

/* A bit for each. */
#define INITCALL_ALL_LEVELS	((1U << INITCALL_NR_LEVELS) - 1)

/**
 * struct initcall_node - one initcall; its index is its place in link order
 * @module: number of the module it belongs to, or INITCALL_NONE
 * @level: enum initcall_level; must not decrease along the array
 * @sync: it stands in the _sync half of its level, behind the main half
 */
struct initcall_node {
	u32 module;
	u8 level;
	u8 sync;
};

/**
 * enum initcall_edge_state - what became of a dependency
 * @INITCALL_EDGE_ABSENT: consumer or prerequisite is not in the image
 * @INITCALL_EDGE_AMBIGUOUS: a name fits several modules
 * @INITCALL_EDGE_DROPPED: taken out on the command line
 * @INITCALL_EDGE_MODULE: the prerequisite is built as a module, the consumer is not
 * @INITCALL_EDGE_ORDERED: the prerequisite runs before the consumer
 * @INITCALL_EDGE_HELD: the consumer waits for the _sync half of its level
 * @INITCALL_EDGE_RETRY: the prerequisite is at a later level, so that only a
 *	retry of the deferred probe can honour the edge
 * @INITCALL_EDGE_CYCLIC: it closed a cycle against link order and was ignored
 * @INITCALL_EDGE_INVERTED: as with a retry, but the consumer registers no driver
 */
enum initcall_edge_state {
	INITCALL_EDGE_ABSENT,
	INITCALL_EDGE_AMBIGUOUS,
	INITCALL_EDGE_DROPPED,
	INITCALL_EDGE_MODULE,
	INITCALL_EDGE_ORDERED,
	INITCALL_EDGE_HELD,
	INITCALL_EDGE_RETRY,
	INITCALL_EDGE_CYCLIC,
	INITCALL_EDGE_INVERTED,
};

/**
 * struct initcall_edge - the consumer needs the prerequisite to come first
 * @consumer: number of the module that declares the dependency
 * @prerequisite: number of the module that it needs
 * @cycle: set by initcall_order(): 0, or the number of the cycle it is part of
 * @state: enum initcall_edge_state; only edges in state INITCALL_EDGE_ORDERED
 *	on entry take part, all others are left alone
 */
struct initcall_edge {
	u32 consumer;
	u32 prerequisite;
	u32 cycle;
	u8 state;
};

/**
 * struct initcall_graph - what initcall_order() works on
 * @nodes: all initcalls in link order
 * @edges: all dependencies, in any order
 * @nr_nodes: number of elements in @nodes
 * @nr_edges: number of elements in @edges
 * @nr_modules: all module numbers in @nodes and @edges are below this
 */
struct initcall_graph {
	const struct initcall_node *nodes;
	struct initcall_edge *edges;
	u32 nr_nodes;
	u32 nr_edges;
	u32 nr_modules;
};

size_t initcall_order_scratch(const struct initcall_graph *graph);
void initcall_order(const struct initcall_graph *graph, void *scratch, u32 *order);

#endif /* _INITCALL_DEPENDS_ORDER_H */
