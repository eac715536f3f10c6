/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_GRAPH_H
#define _INITCALL_DEPENDS_GRAPH_H

/*
 * The graph of modules that names.c and order.c work on. Neither has state or calls
 * into the kernel: the kernel, KUnit and scripts/initcall-graph compile the same files.
 */

#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/types.h>

#define INITCALL_NONE		((u32)~0U)

/* Numbers of modules are lower: devices, too, keep them in 16 bits. */
#define INITCALL_AMBIGUOUS	0xffffU

/* Of strings in the image, see include/linux/initcall_module.h */
#define INITCALL_STRING_ALIGN	2

/*
 * The levels that initcalls are written for, see include/linux/init.h. The _sync
 * half of a level is a level of its own, and so is rootfs.
 */
enum initcall_level {
	INITCALL_EARLY,
	INITCALL_PURE, INITCALL_PURE_SYNC, INITCALL_CORE, INITCALL_CORE_SYNC,
	INITCALL_POSTCORE, INITCALL_POSTCORE_SYNC, INITCALL_ARCH, INITCALL_ARCH_SYNC,
	INITCALL_SUBSYS, INITCALL_SUBSYS_SYNC, INITCALL_FS, INITCALL_FS_SYNC,
	INITCALL_ROOTFS, INITCALL_ROOTFS_SYNC, INITCALL_DEVICE, INITCALL_DEVICE_SYNC,
	INITCALL_LATE, INITCALL_LATE_SYNC, INITCALL_NR_LEVELS
};

/**
 * struct initcall_node - an initcall; its index is its place in link order
 * @module: number of its module, 0 if it has no record
 * @next: next initcall of the module
 * @before: initcall before which it was pulled forward, INITCALL_NONE if it was not
 * @level: enum initcall_level; does not decrease along the array
 */
struct initcall_node {
	u32 module;
	u32 next;
	u32 before;
	u8 level;
};

/**
 * enum initcall_edge_state - what became of a dependency
 * @INITCALL_EDGE_ACTIVE: it is honoured
 * @INITCALL_EDGE_ABSENT: consumer or prerequisite has no initcall in this image
 * @INITCALL_EDGE_AMBIGUOUS: a name fits several modules
 * @INITCALL_EDGE_DROPPED: left out by the command line
 * @INITCALL_EDGE_CYCLE: it closes a cycle and is left out
 */
enum initcall_edge_state {
	INITCALL_EDGE_ACTIVE,
	INITCALL_EDGE_ABSENT,
	INITCALL_EDGE_AMBIGUOUS,
	INITCALL_EDGE_DROPPED,
	INITCALL_EDGE_CYCLE,
};

/**
 * struct initcall_edge - the consumer needs the prerequisite
 * @consumer_name: what the declaration calls the consumer
 * @prerequisite_name: and the prerequisite
 * @consumer: number of that module, if there is one
 * @prerequisite: number of that module, if there is one
 * @state: enum initcall_edge_state
 */
struct initcall_edge {
	const char *consumer_name;
	const char *prerequisite_name;
	u32 consumer;
	u32 prerequisite;
	u8 state;
};

/**
 * struct initcall_module - a module that has an initcall
 * @path: KBUILD_MODFILE
 * @name: KBUILD_MODNAME
 * @calls_left: number of initcalls before late_initcall() that have not returned
 * @in_flight: number of probes of its drivers, or started by it, that are scheduled or
 *	running
 * @nr_deferred: of modules in a dependency, and in update() only: devices that their
 *	drivers have deferred or that are held
 * @nr_probed: those of them that any driver probes
 * @bound_at: when a device was last bound to its driver, 0 for never
 * @newest: the latest @bound_at of its prerequisites, direct or not; the beginning of a
 *	round of the drain, if that is later
 * @pending: consumers are held
 * @running: a probe of it is in flight, or one of a device that it has deferred
 * @busy: a prerequisite, direct or not, is @running
 */
struct initcall_module {
	const char *path;
	const char *name;
	u32 calls_left;
	u32 in_flight;
	u32 nr_deferred;
	u32 nr_probed;
	u32 bound_at;
	u32 newest;
	bool pending;
	bool running;
	bool busy;
};

/**
 * struct initcall_search - what the search for the order knows of a module
 * @needs: index in @needs of the graph: here begin the edges of this consumer, and
 *	they end where those of the next module begin
 * @cursor: where the search goes on in it
 * @parent: consumer from which the search came, 0 for none
 * @mark: what has become of the module in the current search, see order.c
 * @first: its first initcall
 * @declared: an active edge has it as consumer or prerequisite
 *
 * Apart from struct initcall_module, so that a large graph stays in the cache.
 */
struct initcall_search {
	u32 needs;
	u32 cursor;
	u32 parent;
	u32 mark;
	u32 first;
	bool declared;
};

/**
 * struct initcall_link - an active edge, seen from one of its modules
 * @edge: its number
 * @module: the other module
 */
struct initcall_link {
	u32 edge;
	u32 module;
};

/**
 * struct initcall_graph - initcalls, modules and dependencies
 * @nodes: all initcalls, in link order
 * @modules: modules[0] is for what has no record
 * @edges: the dependencies, in the order in which they were declared
 * @strings: all paths and names of modules, and what declarations call them, each once
 * @meant: by place in @strings, one for each INITCALL_STRING_ALIGN bytes: the module
 *	that has the string there as its path or name; 0 if none has, INITCALL_AMBIGUOUS
 *	if several have it as their name
 * @order: receives the initcalls in the order in which to run them
 * @sorted: receives the modules in a dependency, prerequisites before consumers
 * @search: by module, and one more, for the end of what the last one needs
 * @needs: receives the active edges, sorted by consumer, then by prerequisite
 * @needed: the same, sorted by prerequisite, from which @needs is made
 * @nr_nodes: number of elements in @nodes and @order
 * @nr_modules: number of elements in @modules, at least 1
 * @nr_edges: number of elements in @edges, @needs and @needed
 * @nr_places: number of elements in @meant
 * @nr_done: number of elements in @order so far
 * @nr_sorted: number of elements in @sorted
 * @nr_moved: number of initcalls that were pulled forward
 * @nr_active: number of edges that are honoured
 * @nr_cycles: number of edges that were left out because they close a cycle
 * @mark: of the current search
 * @root: initcall before which others are being pulled
 * @cycle: called for each edge that closes a cycle; the @parent of its consumer, and
 *	so on, leads back to its prerequisite
 */
struct initcall_graph {
	struct initcall_node *nodes;
	struct initcall_module *modules;
	struct initcall_edge *edges;
	const char *strings;
	u16 *meant;
	u32 *order;
	u32 *sorted;
	struct initcall_search *search;
	struct initcall_link *needs;
	struct initcall_link *needed;
	u32 nr_nodes;
	u32 nr_modules;
	u32 nr_edges;
	u32 nr_places;
	u32 nr_done;
	u32 nr_sorted;
	u32 nr_moved;
	u32 nr_active;
	u32 nr_cycles;
	u32 mark;
	u32 root;
	void (*cycle)(const struct initcall_graph *graph, u32 edge);
};

/* What a module needs, prerequisites in link order, up to what the next module needs */
static __always_inline struct initcall_link *initcall_needs(const struct initcall_graph *graph,
							    u32 module)
{
	return graph->needs + graph->search[module].needs;
}

static __always_inline bool initcall_is_consumer(const struct initcall_graph *graph, u32 module)
{
	return graph->search[module].needs < graph->search[module + 1].needs;
}

/*
 * A name is compared with the last component, a path with the whole. Always inlined:
 * names.c is init code, and debugfs.c needs this after boot.
 */
static __always_inline bool initcall_names_match(const char *path, const char *name)
{
	const char *wanted = kbasename(name);

	if (wanted == name)
		return parameq(kbasename(path), name);
	return !strncmp(path, name, wanted - name) && parameq(path + (wanted - name), wanted);
}

u32 initcall_names_add(struct initcall_graph *graph, const char *path, const char *name);
u32 initcall_names_find(const struct initcall_graph *graph, const char *name);
void initcall_names_declare(struct initcall_graph *graph, const char *consumer,
			    const char *prerequisite);

void initcall_order(struct initcall_graph *graph);

#endif /* _INITCALL_DEPENDS_GRAPH_H */
