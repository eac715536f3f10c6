/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_INTERNAL_H
#define _INITCALL_DEPENDS_INTERNAL_H

#include <linux/gfp_types.h>
#include <linux/init.h>
#include <linux/initcall_module.h>
#include <linux/types.h>
#include <linux/unaligned.h>

#include "names.h"
#include "order.h"

/* Running out of memory gets one line of our own, and link order. */
#define INITCALL_GFP		(GFP_KERNEL | __GFP_NOWARN)

/* What a field of a record points to; relative ones are not aligned in general. */
#ifdef CONFIG_HAVE_ARCH_PREL32_RELOCATIONS
static inline const void *initcall_record_ptr(const void *field)
{
	s32 offset = get_unaligned((const s32 *)field);

	return offset ? field + offset : NULL;
}
#else
static inline const void *initcall_record_ptr(const void *field)
{
	return *(const void * const *)field;
}
#endif

/* Set by the linker script, include/asm-generic/vmlinux.lds.h */
extern const struct initcall_module_record __start_initcall_modules[];
extern const struct initcall_module_record __stop_initcall_modules[];
extern const struct initcall_depends_record __start_initcall_depends[];
extern const struct initcall_depends_record __stop_initcall_depends[];

extern initcall_entry_t __initcallrootfs_start[];
extern initcall_entry_t __initcall0s_start[];
extern initcall_entry_t __initcall1s_start[];
extern initcall_entry_t __initcall2s_start[];
extern initcall_entry_t __initcall3s_start[];
extern initcall_entry_t __initcall4s_start[];
extern initcall_entry_t __initcall5s_start[];
extern initcall_entry_t __initcall6s_start[];
extern initcall_entry_t __initcall7s_start[];

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

/**
 * struct initcall_declaration - the words of a dependency, for messages
 * @consumer: module name, or what the command line says
 * @prerequisite: as written
 */
struct initcall_declaration {
	const char *consumer;
	const char *prerequisite;
};

/**
 * struct initcall_plan - everything known about the initcalls of this image
 * @names: the modules
 * @nodes: the initcalls in link order
 * @declarations: the words of each edge
 * @graph: nodes and edges
 * @order: initcalls in the order in which they run
 */
struct initcall_plan {
	struct initcall_names names;
	struct initcall_node *nodes;
	struct initcall_declaration *declarations;
	struct initcall_graph graph;
	u32 *order;
};

extern struct initcall_options initcall_options;
int initcall_options_parse(struct initcall_options *options, char *arg);

u32 initcall_nr_declared(void);
int initcall_graph_build(struct initcall_plan *plan, const struct initcall_options *options);
void initcall_graph_free(struct initcall_plan *plan);

void initcall_report(const struct initcall_plan *plan, u8 *moves, bool verbose);

#endif /* _INITCALL_DEPENDS_INTERNAL_H */
