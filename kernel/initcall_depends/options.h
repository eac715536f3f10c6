/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_OPTIONS_H
#define _INITCALL_DEPENDS_OPTIONS_H

#include <linux/kconfig.h>
#include <linux/types.h>

/*
 * More dependencies than fit on the longest command line that anybody types, or,
 * where a program types it, in a bootconfig.
 */
#define INITCALL_MANY_OPTIONS	1024
#define INITCALL_FEW_OPTIONS	128
#define INITCALL_MAX_OPTIONS	(IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE) ? \
				 INITCALL_MANY_OPTIONS : INITCALL_FEW_OPTIONS)

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
 * struct initcall_options - what initcall_depends= on the command line says
 * @off: leave link order alone
 * @verbose: tell what became of each dependency
 * @discover: retry deferred devices behind each initcall, and tell what would
 *	have spared them the deferral
 * @shuffle: levels to be run in a random order, a bit for each enum initcall_level
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

#endif /* _INITCALL_DEPENDS_OPTIONS_H */
