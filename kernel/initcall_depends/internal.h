/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_INTERNAL_H
#define _INITCALL_DEPENDS_INTERNAL_H

#include <linux/gfp_types.h>
#include <linux/hashtable.h>
#include <linux/init.h>
#include <linux/initcall_module.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/unaligned.h>
#include <linux/wait.h>

#include "edges.h"
#include "moves.h"
#include "names.h"
#include "options.h"
#include "order.h"
#include "words.h"

/* Running out of memory gets one line of our own, and link order. */
#define INITCALL_GFP		(GFP_KERNEL | __GFP_NOWARN)

/*
 * What a field of a record points to, and, for tests, to make it point there;
 * relative ones are not aligned in general.
 */
#ifdef CONFIG_HAVE_ARCH_PREL32_RELOCATIONS
static inline const void *initcall_record_ptr(const void *field)
{
	s32 offset = get_unaligned((const s32 *)field);

	return offset ? field + offset : NULL;
}

static inline void initcall_record_refer(void *field, const void *target)
{
	put_unaligned(target ? (s32)((long)target - (long)field) : 0, (s32 *)field);
}
#else
static inline const void *initcall_record_ptr(const void *field)
{
	return *(const void * const *)field;
}

static inline void initcall_record_refer(void *field, const void *target)
{
	*(const void **)field = target;
}
#endif

/* Set by the linker script, include/asm-generic/vmlinux.lds.h */
extern const struct initcall_module_record __start_initcall_modules[];
extern const struct initcall_module_record __stop_initcall_modules[];
extern const struct initcall_depends_record __start_initcall_depends[];
extern const struct initcall_depends_record __stop_initcall_depends[];
extern const char __start_initcall_modular[];
extern const char __stop_initcall_modular[];

extern initcall_entry_t __initcallrootfs_start[];
extern initcall_entry_t __initcall0s_start[];
extern initcall_entry_t __initcall1s_start[];
extern initcall_entry_t __initcall2s_start[];
extern initcall_entry_t __initcall3s_start[];
extern initcall_entry_t __initcall4s_start[];
extern initcall_entry_t __initcall5s_start[];
extern initcall_entry_t __initcall6s_start[];
extern initcall_entry_t __initcall7s_start[];

/**
 * struct initcall_records - what the image says
 * @modules: which module an initcall belongs to
 * @nr_modules: number of elements in @modules
 * @depends: the initcall_depends() lines
 * @nr_depends: number of elements in @depends
 */
struct initcall_records {
	const struct initcall_module_record *modules;
	u32 nr_modules;
	const struct initcall_depends_record *depends;
	u32 nr_depends;
};

/**
 * struct initcall_module_state - what a module goes through
 * @needs: first edge in force that it is the consumer of
 * @needed_by: first edge in force that it is the prerequisite of
 * @mark: the last search that has come by
 * @below: module below it on the stack of that search
 * @nr_drivers: how many drivers it has registered
 * @nr_retries: how many devices of it have been retried
 * @nr_bound: how many devices have been bound to its drivers
 * @first_called: event number when its first initcall was called
 * @last_done: the same for the end of its last initcall or asynchronous probe
 * @first_probed: the same for its first probe
 * @first_bound: the same for its first device
 * @due: the same for when its deferred devices were last due for a retry
 * @error: what its last unsuccessful initcall has returned
 * @retry: a prerequisite has bound a device, so its deferred devices are due
 * @retrying: they are being retried
 */
struct initcall_module_state {
	u32 needs;
	u32 needed_by;
	u32 mark;
	u32 below;
	u32 nr_drivers;
	u32 nr_retries;
	u32 nr_bound;
	u32 first_called;
	u32 last_done;
	u32 first_probed;
	u32 first_bound;
	u32 due;
	int error;
	bool retry;
	bool retrying;
};

/**
 * struct initcall_plan - everything known about the initcalls of this image
 * @names: the modules
 * @nodes: the initcalls in link order
 * @declarations: the words of each edge
 * @graph: nodes and edges
 * @order: initcalls in the order in which they run
 * @moves: for each place in that order, enum initcall_move
 * @usecs: for each place in that order, how long the initcall took
 * @states: what each module goes through
 * @thread: the thread that runs initcalls, as long as probes are followed
 * @running: module whose initcall is running
 * @settler: module of drivers/base/dd
 * @patience: limit of each wait in jiffies
 * @drivers: all drivers that matter, with their modules
 * @under_way: probes that run or are scheduled
 * @deferred: devices that drivers of a consumer have deferred
 * @changed: wakes who waits for probes
 * @nr_events: number of events so far, which is the time in @states
 * @nr_marks: number of searches for prerequisites so far
 * @marked_for: module whose prerequisites the last one has marked
 * @nr_retry: number of modules with deferred devices that are due
 * @nr_given_up: number of waits that have been given up
 * @forgetful: memory was short, so that not all probes are known
 * @settling: the first pass over deferred devices has run
 * @settled: nothing has followed from it any more
 * @deferred_given_up: it does not come to an end
 */
struct initcall_plan {
	struct initcall_names names;
	struct initcall_node *nodes;
	struct initcall_declaration *declarations;
	struct initcall_graph graph;
	u32 *order;
	u8 *moves;
	u32 *usecs;
	struct initcall_module_state *states;
	struct task_struct *thread;
	u32 running;
	u32 settler;
	unsigned long patience;
	DECLARE_HASHTABLE(drivers, 6);
	struct list_head under_way;
	struct list_head deferred;
	wait_queue_head_t changed;
	u32 nr_events;
	u32 nr_marks;
	u32 marked_for;
	u32 nr_retry;
	u32 nr_given_up;
	bool forgetful;
	bool settling;
	bool settled;
	bool deferred_given_up;
};

void *initcall_alloc(size_t count, size_t size);

void initcall_records_of_image(struct initcall_records *records);
int initcall_graph_build(struct initcall_plan *plan, const struct initcall_records *records,
			 const struct initcall_options *options);
void initcall_graph_free(struct initcall_plan *plan);

int initcall_plan_make(struct initcall_plan *plan, const struct initcall_records *records,
		       const struct initcall_options *options);
void initcall_run(struct initcall_plan *plan, u32 place, initcall_t fn);

void initcall_probes_start(struct initcall_plan *plan);
void initcall_probes_begin(struct initcall_plan *plan, u32 place);
void initcall_probes_end(struct initcall_plan *plan, u32 place, int err);
void initcall_probes_stop(struct initcall_plan *plan);

const char *initcall_edge_fault(const struct initcall_plan *plan,
				const struct initcall_edge *edge);
void initcall_report(const struct initcall_plan *plan, bool verbose);
void initcall_report_end(struct initcall_plan *plan, bool verbose);

#ifdef CONFIG_INITCALL_DEPENDS_DEBUGFS
int initcall_history_keep(struct initcall_plan *plan);
int initcall_debugfs_create(const struct initcall_plan *plan);
void initcall_trace_move(const struct initcall_plan *plan, u32 place);
#else
static inline int initcall_history_keep(struct initcall_plan *plan) { return 0; }
static inline int initcall_debugfs_create(const struct initcall_plan *plan) { return 0; }
static inline void initcall_trace_move(const struct initcall_plan *plan, u32 place) { }
#endif

#endif /* _INITCALL_DEPENDS_INTERNAL_H */
