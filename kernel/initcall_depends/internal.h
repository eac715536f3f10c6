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
#include "shuffle.h"
#include "words.h"

struct device;
struct device_driver;
struct initcall_discovery;
struct seq_buf;

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
extern const struct initcall_file_record __start_initcall_files[];
extern const struct initcall_file_record __stop_initcall_files[];
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
 * @nodes: the initcalls in link order, or as they have been shuffled
 * @declarations: the words of each edge
 * @graph: nodes and edges
 * @link: places in link order of @nodes, if they have been shuffled
 * @order: initcalls in the order in which they run
 * @moves: for each place in that order, enum initcall_move
 * @usecs: for each place in that order, how long the initcall took
 * @states: what each module goes through
 * @thread: the thread that runs initcalls, as long as probes are followed
 * @running: module whose initcall is running
 * @node: the last initcall that has begun
 * @discoveries: devices that have been deferred, if that is to be told
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
 * @last_change: event number of the last end of an initcall, or device that was bound
 * @discover: retry deferred devices behind each initcall
 * @due: which of them to retry next
 * @discover_given_up: that does not come to an end
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
	u32 *link;
	u32 *order;
	u8 *moves;
	u32 *usecs;
	struct initcall_module_state *states;
	struct task_struct *thread;
	u32 running;
	u32 node;
	u32 settler;
	unsigned long patience;
	DECLARE_HASHTABLE(drivers, 6);
	struct list_head under_way;
	struct list_head deferred;
	struct list_head discoveries;
	wait_queue_head_t changed;
	u32 nr_events;
	u32 nr_marks;
	u32 marked_for;
	u32 nr_retry;
	u32 nr_given_up;
	u32 last_change;
	struct initcall_discovery *due;
	bool discover;
	bool discover_given_up;
	bool forgetful;
	bool settling;
	bool settled;
	bool deferred_given_up;
};

/* The table that the linker has made knows an initcall by its place in link order. */
static inline u32 initcall_link_place(const struct initcall_plan *plan, u32 node)
{
	return IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE) && plan->link ? plan->link[node] : node;
}

static inline initcall_t initcall_function(const struct initcall_plan *plan, u32 node)
{
	return initcall_from_entry(__initcall_start + initcall_link_place(plan, node));
}

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
bool initcall_probes_needs(struct initcall_plan *plan, u32 consumer, u32 prerequisite);

const char *initcall_edge_fault(const struct initcall_plan *plan,
				const struct initcall_edge *edge);
void initcall_report(const struct initcall_plan *plan, const struct initcall_options *options);
void initcall_report_end(struct initcall_plan *plan, bool verbose);

/**
 * struct initcall_driver - a driver, and where it comes from
 * @drv: the driver
 * @module: its module, or INITCALL_NONE
 * @registrar: the initcall that has registered it, or INITCALL_NONE
 */
struct initcall_driver {
	const struct device_driver *drv;
	u32 module;
	u32 registrar;
};

/**
 * enum initcall_discovered - what has become of a deferral
 * @INITCALL_UNENDED: nothing has ended it yet
 * @INITCALL_FAILED: the probe has failed for good
 * @INITCALL_GONE: the device has gone
 * @INITCALL_TIMED_OUT: the kernel has stopped to wait for whatever it was
 * @INITCALL_OWN: nobody else has ended it, so there is nothing to declare
 * @INITCALL_DECLARED: a declared prerequisite has ended it
 * @INITCALL_UNDECLARED: a module has ended it that should have been declared
 * @INITCALL_NR_DISCOVERED: number of these
 */
enum initcall_discovered {
	INITCALL_UNENDED,
	INITCALL_FAILED,
	INITCALL_GONE,
	INITCALL_TIMED_OUT,
	INITCALL_OWN,
	INITCALL_DECLARED,
	INITCALL_UNDECLARED,
	INITCALL_NR_DISCOVERED,
};

/**
 * struct initcall_discovery - a device that has been deferred, and why
 * @list: in initcall_plan.discoveries, in the order of their first deferrals
 * @dev: the device, only to be compared; NULL when it has gone
 * @device: its name
 * @driver: name of the driver that has deferred it, or has bound it in the end
 * @module: module of that driver, or INITCALL_NONE
 * @registrar: initcall that has registered it, or INITCALL_NONE
 * @nr_deferrals: how often the device has been deferred
 * @deferred_at: event number of the last time
 * @deferred_in: the initcall that had begun last by then
 * @last_bound: another module, to whose driver a device was bound last since then
 * @nr_bound: how many have been since then
 * @async: that was not done by the thread that runs initcalls, and begun before
 * @missed: that was done during the deferred probe, by another thread
 * @retried: the device is being probed again by the thread that runs initcalls
 * @initcall: the initcall behind which the device was bound, or INITCALL_NONE
 * @prerequisite: module to declare
 * @what: enum initcall_discovered
 */
struct initcall_discovery {
	struct list_head list;
	const struct device *dev;
	const char *device;
	const char *driver;
	u32 module;
	u32 registrar;
	u32 nr_deferrals;
	u32 deferred_at;
	u32 deferred_in;
	u32 last_bound;
	u32 nr_bound;
	bool async;
	bool missed;
	bool retried;
	u32 initcall;
	u32 prerequisite;
	enum initcall_discovered what;
};

#ifdef CONFIG_INITCALL_DEPENDS_DISCOVER
static inline bool initcall_discovers(const struct initcall_plan *plan) { return plan->discover; }
void initcall_discover_deferred(struct initcall_plan *plan, const struct device *dev,
				const struct initcall_driver *driver, u32 missed);
void initcall_discover_undeferred(struct initcall_plan *plan, struct device *dev);
void initcall_discover_ended(struct initcall_plan *plan, const struct device *dev, u32 since);
void initcall_discover_bound(struct initcall_plan *plan, const struct device *dev,
			     const struct initcall_driver *driver, u32 node);
bool initcall_discover_waits(struct initcall_plan *plan, const struct device *dev);
void initcall_discover_find_due(struct initcall_plan *plan, const struct device *dev);
bool initcall_discover_take_due(struct initcall_plan *plan, const struct device *dev);
void initcall_discover_end(struct initcall_plan *plan);
void initcall_discover_free(struct initcall_plan *plan);
void initcall_discover_write(const struct initcall_plan *plan, struct seq_buf *text);
#else
static inline bool initcall_discovers(const struct initcall_plan *plan) { return false; }
static inline void initcall_discover_deferred(struct initcall_plan *plan, const struct device *dev,
					      const struct initcall_driver *driver, u32 missed) { }
static inline void initcall_discover_undeferred(struct initcall_plan *plan, struct device *dev) { }
static inline void initcall_discover_ended(struct initcall_plan *plan, const struct device *dev,
					   u32 since) { }
static inline void initcall_discover_bound(struct initcall_plan *plan, const struct device *dev,
					   const struct initcall_driver *driver, u32 node) { }
static inline bool initcall_discover_waits(struct initcall_plan *plan, const struct device *dev)
{
	return false;
}

static inline void initcall_discover_find_due(struct initcall_plan *plan,
					      const struct device *dev) { }
static inline bool initcall_discover_take_due(struct initcall_plan *plan, const struct device *dev)
{
	return false;
}

static inline void initcall_discover_end(struct initcall_plan *plan) { }
static inline void initcall_discover_free(struct initcall_plan *plan) { }
static inline void initcall_discover_write(const struct initcall_plan *plan,
					   struct seq_buf *text) { }
#endif

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
