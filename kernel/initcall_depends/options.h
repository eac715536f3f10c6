/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_OPTIONS_H
#define _INITCALL_DEPENDS_OPTIONS_H

#include <linux/types.h>

/* More dependencies than fit on the longest command line that anybody types. */
#define INITCALL_MAX_OPTIONS	128

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
 * @nr_edges: number of elements in @edges
 * @edges: dependencies to add or drop, in the order given
 */
struct initcall_options {
	bool off;
	bool verbose;
	u32 nr_edges;
	struct initcall_option edges[INITCALL_MAX_OPTIONS];
};

int initcall_options_parse(struct initcall_options *options, char *arg);

#endif /* _INITCALL_DEPENDS_OPTIONS_H */
