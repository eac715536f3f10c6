/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_OPTIONS_H
#define _INITCALL_DEPENDS_OPTIONS_H

/*
 * The command line parameter initcall_depends=, without kernel state: options.c and
 * shuffle.c are also compiled by KUnit and scripts/initcall-graph.
 */

#include <linux/kconfig.h>
#include <linux/types.h>

#include "graph.h"

/*
 * More dependencies than fit on a command line that is typed. A program that looks
 * for the cause of a failed shuffle gives more of them, in a bootconfig.
 */
#define INITCALL_MANY_OPTIONS	1024
#define INITCALL_FEW_OPTIONS	128
#define INITCALL_MAX_OPTIONS	(IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE) ? \
				 INITCALL_MANY_OPTIONS : INITCALL_FEW_OPTIONS)

/* A level and its _sync half are shuffled, or not, together. */
#define INITCALL_NR_BASES	((INITCALL_NR_LEVELS + 1) / 2)
#define INITCALL_ALL_BASES	((1U << INITCALL_NR_BASES) - 1)

/* The bit of a level in a set of levels to shuffle */
static inline u32 initcall_base_bit(u32 level)
{
	return 1U << ((level + 1) / 2);
}

/* The main half of the level that has bit number @base */
static inline u32 initcall_base_level(u32 base)
{
	return base ? 2 * base - 1 : INITCALL_EARLY;
}

/**
 * struct initcall_option - one add= or drop= of the command line
 * @consumer: as given
 * @prerequisite: as given
 * @drop: take the dependency out instead of adding it
 */
struct initcall_option {
	const char *consumer;
	const char *prerequisite;
	bool drop;
};

/**
 * struct initcall_options - what initcall_depends= says
 * @off: leave link order and the driver core alone
 * @verbose: print what became of each dependency and of each held device
 * @discover: print which dependencies are not declared
 * @shuffle: levels to run in a random order, a set of initcall_base_bit()
 * @seed: of that order
 * @nr_edges: number of elements in @edges
 * @edges: dependencies to add or drop, in the order given
 */
struct initcall_options {
	bool off;
	bool verbose;
	bool discover;
	u32 shuffle;
	u64 seed;
	u32 nr_edges;
	struct initcall_option edges[INITCALL_MAX_OPTIONS];
};

int initcall_options_parse(struct initcall_options *options, char *arg);
void initcall_options_apply(const struct initcall_options *options, struct initcall_graph *graph);

void initcall_shuffle(struct initcall_graph *graph, u32 bases, u64 seed, u32 *link);

#endif /* _INITCALL_DEPENDS_OPTIONS_H */
