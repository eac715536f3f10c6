/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_FAKE_BUS_H
#define _INITCALL_DEPENDS_FAKE_BUS_H

/*
 * A bus with real devices and drivers, for tests of what becomes of probes.
 *
 * A module is a letter, and so are its driver and its device. A test writes down
 * initcalls and dependencies as strings, says how some probes behave, runs the
 * initcalls, and compares what has happened with a string:
 *
 *   a    the initcall of module A was called, which registers its driver
 *   A    its device was bound
 *   ?A   its probe was deferred
 *   !A   its probe failed
 *   +A   the work that its probe has left is over
 *
 * A device that is held leaves nothing in the log, as probe is not called.
 */

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "../../../kernel/initcall_depends/internal.h"

#define NR_FAKES	26
#define MAX_NODES	32
#define MAX_LOG		256

/**
 * struct fake - a module with an initcall, a driver and a device
 * @driver: its driver, never asynchronous if not made so
 * @second: another driver that matches
 * @second_result: what its probe returns; it rejects the device if nothing is said
 * @second_ms: how long that takes, if @go is not completed before
 * @second_is_sync: it is not asynchronous
 * @dev: its device
 * @needs: the devices of these modules have to be bound when it is probed
 * @final: what probe returns without them is not -EPROBE_DEFER, but -ENODEV
 * @adds: devices that probe adds, or its work
 * @adds_early: devices that the initcall adds
 * @absent: the device is not there from the start
 * @without_driver: the initcall registers no driver, but returns @error
 * @error: what probe returns in the end
 * @ms: how long probe takes at least; must not matter for the result
 * @stuck: probe, or its work, waits for @go
 * @leaves_work: probe leaves the rest to @work, and the device is of use after that
 * @work: see @leaves_work
 * @go: see @stuck; completed at the end of the test in any case
 * @begun: completed when probe begins
 * @releases: modules whose @go the initcall completes
 * @meets: modules for whose @begun the initcall waits
 * @rebinds: another module, whose device probe unbinds and binds again
 * @parent: another module, whose device is the parent of the device
 * @hook: called by probe
 * @match_ms: how long matching takes at least
 * @unmatched: how often matching is deferred
 * @dies: matching removes the device and its parent; the test keeps the device
 * @bound: the device is bound
 * @probes: number of its probes
 * @async_probes: those of them in another thread than that of the test
 * @name: of driver and module
 * @dev_name: of the device
 */
struct fake {
	struct device_driver driver;
	struct device_driver *second;
	int second_result;
	unsigned int second_ms;
	bool second_is_sync;
	struct device *dev;
	const char *needs;
	bool final;
	const char *adds;
	const char *adds_early;
	bool absent;
	bool without_driver;
	int error;
	unsigned int ms;
	bool stuck;
	bool leaves_work;
	struct work_struct work;
	struct completion go;
	struct completion begun;
	const char *releases;
	const char *meets;
	char rebinds;
	char parent;
	void (*hook)(void);
	unsigned int match_ms;
	unsigned int unmatched;
	bool dies;
	bool bound;
	int probes;
	int async_probes;
	char name[2];
	char dev_name[8];
};

/**
 * struct fake_bus - all of it
 * @fakes: by letter
 * @plan: what the core works with
 * @nodes: of @plan
 * @modules: of @plan, by letter, from 1
 * @edges: of @plan
 * @order: of @plan
 * @sorted: of @plan
 * @search: of @plan
 * @needs: of @plan
 * @needed: of @plan
 * @thread: that of the test
 * @now: module whose initcall is being called
 * @after: if not NULL, called after each initcall
 * @lock: protects @log
 * @log: what has happened
 */
struct fake_bus {
	struct fake fakes[NR_FAKES];
	struct initcall_plan plan;
	struct initcall_node nodes[MAX_NODES];
	struct initcall_module modules[NR_FAKES + 1];
	struct initcall_edge edges[MAX_NODES];
	u32 order[MAX_NODES];
	u32 sorted[NR_FAKES + 1];
	struct initcall_search search[NR_FAKES + 2];
	struct initcall_link needs[MAX_NODES];
	struct initcall_link needed[MAX_NODES];
	struct task_struct *thread;
	char now;
	void (*after)(void);
	spinlock_t lock;	/* protects log */
	char log[MAX_LOG];
};

extern struct fake_bus fake_bus;

int fake_bus_init(struct kunit *test);
void fake_bus_exit(struct kunit *test);

struct fake *fake_of(char letter);
void fake_add_device(char letter);
void fake_make_async(const char *letters);
void fake_leave_work(char letter);
void fake_add_second(struct device_driver *driver, char letter);
u32 fake_count_bound(void);

void fake_make_plan(const char *calls, const char *edges);
void fake_run(const char *calls, const char *edges);
void fake_expect(struct kunit *test, const char *calls, const char *edges, const char *log);

#endif /* _INITCALL_DEPENDS_FAKE_BUS_H */
