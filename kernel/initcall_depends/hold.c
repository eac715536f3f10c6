// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Bound before probed
 *
 * What happens to the devices of a consumer, from its line to their probe:
 *
 * "initcall_depends("tpm_crb_ffa")" in tpm_crb.c has become an edge of the graph.
 * When tpm_crb's initcall registers its driver, bus_add_driver() reports that, and
 * the driver is known to belong to the module tpm_crb (note_event()).
 *
 * The driver core then finds a device for the driver and is about to probe it. It
 * asks here first (begin_probe()). As long as tpm_crb_ffa is pending, the answer is to
 * hold the device: the driver core defers it, as if probe had returned
 * -EPROBE_DEFER, but without calling probe. The number of the module for which the
 * device is held is stored with the device. Another driver that matches the same
 * device still gets its turn; if it rejects the device, the hold remains.
 *
 * Two kinds of devices are not held: those below a device that the prerequisite probes
 * or has bound, as it may look for its children, and those of platform_driver_probe(),
 * which tries only once.
 *
 * A module is *pending* (update()) if one of its probes is scheduled or runs; or if
 * it has bound nothing yet, and has initcalls before late_initcall left, or a
 * deferred device, or a prerequisite that is pending itself. All else is not pending:
 * a module that has bound a device and probes none, is absent, has failed, or has no
 * device.
 * If it is the bus that defers a device, while it matches it with drivers, no driver
 * has, so no module is pending because of that.
 *
 * After each initcall, initcall_run() probes in the same thread the devices that no
 * longer have to be held, and those that a consumer's own probe has deferred before one
 * of its prerequisites was bound, one at a time, until none is left. So they are probed
 * before the next initcall is called. If the driver prefers asynchronous probes, the
 * probe is only started then.
 *
 * Before an initcall of a consumer, initcall_run() waits for probes of its prerequisites,
 * and for those of other drivers for devices that these have deferred, and probes what
 * has become due by that. The initcall may register no driver, and then there is no
 * device to hold.
 *
 * Before the first late_initcall(), initcall_hold_drain() waits for the probes of
 * all modules in a dependency, and for those of other drivers on their devices, and
 * probes all that these modules have deferred, and devices whose matching was deferred,
 * since these may be theirs, until nothing more binds. Then it lets go of what is still
 * held, says so, and from then on the driver core does what it does without declarations.
 *
 * Waits are bounded: all of them together by PATIENCE. That is for asynchronous
 * probes; a probe in the thread that runs initcalls takes as long as it takes.
 *
 * driver_deferred_probe_mutex() protects all that several threads use; initcall_probe()
 * and driver_deferred_probe_retry() take it. Some numbers are also read without it, by
 * READ_ONCE(), to see that something has changed.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/device.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/sched.h>

#include "optional.h"

/*
 * So long the loader of firmware waits for user space, which does not answer before
 * init runs. A probe that takes longer is stuck.
 */
#define PATIENCE	(60 * HZ)

/* The probe of a device may bind one of its prerequisites each time: no end to that. */
#define MAX_RETRIES	100

/* The plan of this boot, or of a test. */
static struct initcall_plan *plan __initdata;

/* 0 for what is ambiguous, and during a test for what has the number of another plan. */
static u32 __init in_plan(u32 id)
{
	return id < plan->graph.nr_modules ? id : 0;
}

static struct initcall_module * __init module_of(u32 id)
{
	return &plan->graph.modules[in_plan(id)];
}

static bool __init is_declared(u32 id)
{
	return plan->graph.search[in_plan(id)].declared;
}

/* The first module that is in a dependency, or else the first one that is known. */
static u32 __init prefer_declared(u32 one, u32 other)
{
	return is_declared(one) || (one && !is_declared(other)) ? one : other;
}

static void __init count_deferred(struct device *dev)
{
	const struct initcall_device *device = initcall_device(dev);
	struct initcall_module *module = module_of(device->module);

	module->nr_deferred++;
	/* Perhaps by another driver, which may reject the device. */
	module->nr_probed += device->probing;
}

static void __init update_module(u32 id)
{
	struct initcall_module *module = module_of(id);
	const struct initcall_module *needed;
	const struct initcall_link *need = initcall_needs(&plan->graph, id);
	bool waits = false;

	module->busy = false;
	module->running = module->in_flight || module->nr_probed;
	module->newest = plan->round;
	for (; need < initcall_needs(&plan->graph, id + 1); need++) {
		needed = module_of(need->module);
		module->newest = max3(module->newest, needed->bound_at, needed->newest);
		module->busy |= needed->busy || needed->running;
		waits |= needed->pending;
	}
	module->pending = !plan->released && (module->in_flight ||
		(!module->bound_at && (module->calls_left || module->nr_deferred || waits)));
	module->nr_deferred = 0;
	module->nr_probed = 0;
	module_of(0)->busy |= module->running;
}

/*
 * What follows from the state of the modules, in one pass: prerequisites come
 * before consumers in @sorted. Not done again until something has changed.
 */
static void __init update(void)
{
	u32 i;

	if (plan->updated == plan->now)
		return;
	driver_deferred_probe_walk(count_deferred);
	module_of(0)->newest = plan->round;
	module_of(0)->busy = false;
	for (i = 0; i < plan->graph.nr_sorted; i++)
		update_module(plan->graph.sorted[i]);
	WRITE_ONCE(plan->updated, plan->now);
}

/* The module whose initcall this thread is running, 0 if it runs none. */
static u32 __init running_here(void)
{
	return current == plan->thread ? plan->running : 0;
}

/* Does the driver of a module probe a parent, or has it bound one? */
static bool __init is_below(const struct device *dev, u32 module)
{
	const struct initcall_device *parent;

	for (dev = dev->parent; dev; dev = dev->parent) {
		parent = initcall_device(dev);
		if (parent && parent->prober == module && (parent->probing || dev->driver))
			return true;
	}
	return false;
}

/*
 * The module whose probe of a parent, or whose initcall, has scheduled a probe. Of
 * several, which have started each other, the last one in a dependency.
 */
static u32 __init scheduler_of(const struct device *dev)
{
	const struct initcall_device *parent;
	u32 found = 0;

	for (dev = dev->parent; dev; dev = dev->parent) {
		parent = initcall_device(dev);
		if (parent && parent->probing)
			found = prefer_declared(found, parent->prober);
	}
	return prefer_declared(found, running_here());
}

/*
 * The module for which a device has to be held, 0 if there is none. If the
 * prerequisite probes a parent, or has bound one, that may look for its children.
 */
static u32 __init held_for(const struct device *dev, u32 consumer)
{
	u32 id = in_plan(consumer);
	const struct initcall_link *need = initcall_needs(&plan->graph, id);

	for (; need < initcall_needs(&plan->graph, id + 1); need++) {
		update();
		if (module_of(need->module)->pending && !is_below(dev, need->module))
			return need->module;
	}
	return 0;
}

/*
 * A device that several drivers have deferred is on the list on behalf of the last one,
 * but of one in a dependency rather than of one in none.
 */
static void __init set_deferred(struct initcall_device *device, u32 module, u32 prerequisite)
{
	if (is_declared(device->module) && !is_declared(module))
		return;
	device->module = module;
	device->since = device->began;
	device->held_for = prerequisite;
}

/* Whether the device is held instead. */
static bool __init begin_probe(struct device *dev, const struct device_driver *drv)
{
	struct initcall_device *device = initcall_device(dev);
	u32 module = initcall_driver(drv)->module, prerequisite = 0;

	device->began = plan->now;
	/* This module has its turn now, so its earlier deferral is over. */
	if (device->module == module) {
		device->module = 0;
		device->held_for = 0;
	}
	/* A driver of platform_driver_probe() is gone after its only attempt. */
	if (drv->bus != &platform_bus_type || !to_platform_driver(drv)->prevent_deferred_probe)
		prerequisite = held_for(dev, module);
	if (prerequisite) {
		set_deferred(device, module, prerequisite);
		return true;
	}
	device->prober = module;
	device->probing = true;
	module_of(module)->in_flight++;
	/* held_for() may have called update() since the event was counted. */
	WRITE_ONCE(plan->now, plan->now + 1);
	return false;
}

/*
 * A device may have several probes scheduled, but counts once: for the module that
 * probes it, and for the one whose probe, or whose initcall, has started that.
 */
static void __init schedule_probe(struct device *dev, const struct device_driver *drv)
{
	struct initcall_device *device = initcall_device(dev);
	u32 of = drv ? initcall_driver(drv)->module : device->matched ?: device->module;

	if (device->nr_scheduled++) {
		module_of(device->of)->in_flight--;
		device->of = prefer_declared(device->of, of);
		module_of(device->of)->in_flight++;
		return;
	}
	device->of = of;
	device->by = scheduler_of(dev);
	module_of(device->of)->in_flight++;
	module_of(device->by)->in_flight++;
}

/*
 * The module that a driver names, if one module with initcalls has that name; else the
 * one that runs. Most often they are the same, which is seen without a search.
 */
static u32 __init module_of_driver(const struct device_driver *drv)
{
	u32 here = running_here();

	if (!drv->mod_name ||
	    (here && initcall_names_match(module_of(here)->path, drv->mod_name)))
		return here;
	return in_plan(initcall_names_find(&plan->graph, drv->mod_name)) ?: here;
}

static bool __init note_event(enum initcall_event what, struct device *dev,
			      const struct device_driver *drv)
{
	struct initcall_device *device = dev ? initcall_device(dev) : NULL;

	switch (what) {
	case INITCALL_DRIVER_ADDED:
		initcall_driver(drv)->module = module_of_driver(drv);
		break;
	case INITCALL_PROBE_MATCHED:
		device->matched = prefer_declared(device->matched, initcall_driver(drv)->module);
		break;
	case INITCALL_PROBE_SCHEDULED:
		schedule_probe(dev, drv);
		break;
	case INITCALL_PROBE_UNSCHEDULED:
		if (device->nr_scheduled && !--device->nr_scheduled) {
			module_of(device->of)->in_flight--;
			module_of(device->by)->in_flight--;
		}
		break;
	case INITCALL_PROBE_BEGIN:
		return begin_probe(dev, drv);
	case INITCALL_PROBE_DEFERRED:
	case INITCALL_PROBE_END:
		/* A device that was held was not probed. */
		if (!device->probing)
			break;
		device->probing = false;
		module_of(device->prober)->in_flight--;
		if (what == INITCALL_PROBE_DEFERRED)
			set_deferred(device, device->prober, 0);
		break;
	case INITCALL_DEVICE_BOUND:
		module_of(initcall_driver(drv)->module)->bound_at = plan->now;
	}
	return false;
}

/* Called with driver_deferred_probe_mutex() held, from any thread. */
static bool __init on_event(enum initcall_event what, struct device *dev,
			    const struct device_driver *drv)
{
	bool answer;

	WRITE_ONCE(plan->now, plan->now + 1);
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DISCOVER))
		initcall_discover_probe(plan, what, dev, drv);
	answer = note_event(what, dev, drv);
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS))
		initcall_history_probe(plan, what, dev, drv);
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_OPTIONS) && answer)
		initcall_options_held(plan, dev);
	return answer;
}

/**
 * initcall_hold_take() - note that a device is taken from the list of deferred devices
 * @dev: the device, which is going to be probed
 *
 * Context: __init; the caller holds driver_deferred_probe_mutex().
 */
void __init initcall_hold_take(struct device *dev)
{
	struct initcall_device *device = initcall_device(dev);

	/* What has matched it before does not count. */
	device->matched = 0;
	on_event(INITCALL_PROBE_SCHEDULED, dev, NULL);
	device->since = plan->now;
	device->held_for = 0;
}

/* If it is time to probe a deferred device, take it. */
static bool __init take_if_due(struct device *dev)
{
	struct initcall_device *device = initcall_device(dev);
	u32 prerequisite;

	/* Of those in no dependency, the ones that no driver was tried for may be ours. */
	if (device->nr_retries >= MAX_RETRIES || device->probing ||
	    (!is_declared(device->module) && device->began))
		return false;
	update();
	if (!device->held_for && module_of(device->module)->newest <= device->since)
		return false;
	prerequisite = held_for(dev, device->module);
	if (prerequisite) {
		if (device->held_for)
			device->held_for = prerequisite;
		return false;
	}
	if (++device->nr_retries == MAX_RETRIES)
		pr_err("%s: deferred %u times, left to late_initcall()\n", dev_name(dev),
		       MAX_RETRIES);
	if (plan->released && device->held_for)
		pr_warn("%s: was held for %s until now\n", dev_name(dev),
			kbasename(module_of(device->held_for)->path));
	initcall_hold_take(dev);
	return true;
}

/* Is a prerequisite running, direct or not? For module 0: any module in a dependency? */
static bool __init is_busy(u32 id)
{
	guard(mutex)(driver_deferred_probe_mutex());
	/* Most of the time, no probe is in flight: no need to look at all modules. */
	if (driver_probe_done())
		return false;
	update();
	return module_of(id)->busy;
}

/*
 * An update() in another thread hides nothing: begin_probe() counts a probe that begins
 * after that, and where it holds the device, the end is still to be reported.
 */
static bool __init has_changed(void)
{
	return READ_ONCE(plan->now) != READ_ONCE(plan->updated);
}

/* All waits have one budget: what is stuck costs it once. */
static void __init wait_until_quiet(u32 waiter)
{
	u32 i, id;

	while (plan->patience && is_busy(waiter)) {
		plan->patience = driver_probe_wait(has_changed, plan->patience);
		for (i = 0; i < plan->graph.nr_sorted && !plan->patience; i++) {
			id = plan->graph.sorted[i];
			if (READ_ONCE(module_of(id)->running))
				pr_err("going on without %s: a probe of it still runs\n",
				       kbasename(module_of(id)->path));
		}
	}
}

/*
 * Probe what has become due, until a look at all changes nothing. That ends: all waits
 * share one budget, and a device is retried MAX_RETRIES times at most.
 */
static void __init probe_due(u32 waiter)
{
	u32 before;

	do {
		/* A probe that begins after the wait is waited for in the next round. */
		before = READ_ONCE(plan->now);
		wait_until_quiet(waiter);
		driver_deferred_probe_retry(take_if_due, NULL);
	} while (READ_ONCE(plan->now) != before);
}

/* In each round of the drain, each device that is deferred is due once. */
static void __init retry_until_quiet(bool release)
{
	int bound;

	do {
		bound = driver_bound_count();
		mutex_lock(driver_deferred_probe_mutex());
		WRITE_ONCE(plan->now, plan->now + 1);
		plan->released = release;
		plan->round = release ? 0 : plan->now;
		mutex_unlock(driver_deferred_probe_mutex());
		probe_due(0);
	} while (driver_bound_count() != bound);
}

/**
 * initcall_hold_drain() - to be called before the first late_initcall()
 *
 * Probes all that modules in a dependency have deferred, until nothing more binds,
 * and then what is still held. From then on nothing is held.
 *
 * Context: __init, may sleep; probes devices.
 */
void __init initcall_hold_drain(void)
{
	/* What is deferred while this waits is due in the first round. */
	wait_until_quiet(0);
	retry_until_quiet(false);
	retry_until_quiet(true);
	if (!initcall_follows_all())
		initcall_probe_follow(NULL);
}

/**
 * initcall_run() - run an initcall, and what belongs before and after it
 * @node: the initcall
 * @fn: its function
 *
 * A consumer may have no driver that could be held, so its initcall is not called
 * before the probes of its prerequisites, and those of other drivers for their
 * devices, are over. After it, the devices that have become due are probed.
 *
 * After the drain there are none, and all that is done is to note what happens, for
 * debugfs.c and discover.c.
 *
 * Context: __init, may sleep; probes devices.
 */
void __init initcall_run(u32 node, initcall_t fn)
{
	u32 module = plan->graph.nodes[node].module;
	int err;

	if (plan->graph.nodes[node].level >= INITCALL_LATE && !plan->released)
		initcall_hold_drain();
	plan->next = node;
	if (!plan->released && initcall_is_consumer(&plan->graph, module))
		probe_due(module);
	plan->running = module;
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS))
		initcall_history_begin(plan);
	err = do_one_initcall(fn);
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS))
		initcall_history_end(plan, err);
	plan->running = 0;
	if (!plan->released) {
		mutex_lock(driver_deferred_probe_mutex());
		module_of(module)->calls_left--;
		WRITE_ONCE(plan->now, plan->now + 1);
		mutex_unlock(driver_deferred_probe_mutex());
		driver_deferred_probe_retry(take_if_due, NULL);
	}
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DISCOVER))
		initcall_discover_after(plan);
}

/**
 * initcall_hold_start() - follow what the driver core does
 * @p: the plan; in use until the last initcall, and until initcall_probe_follow(NULL)
 *
 * Context: __init, may sleep; in the thread that runs initcalls.
 */
void __init initcall_hold_start(struct initcall_plan *p)
{
	p->thread = current;
	p->patience = p->patience ?: PATIENCE;
	plan = p;
	initcall_probe_follow(on_event);
}
