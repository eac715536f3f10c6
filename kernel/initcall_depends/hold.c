// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Bound before probed
 *
 * What happens to the devices of a consumer, from its line to its retry:
 *
 * "initcall_depends("tpm_crb_ffa")" in tpm_crb.c has become an edge of the graph.
 * When tpm_crb's initcall registers its driver, bus_add_driver() reports that, and
 * the driver is known to belong to the module tpm_crb (module_of_driver()).
 *
 * The driver core then finds a device for the driver and is about to probe it. It
 * asks here first (on_begin()). As long as tpm_crb_ffa is pending, the answer is to
 * hold the device: the driver core defers it, as if probe had returned
 * -EPROBE_DEFER, but without calling probe. The number of the module for which the
 * device is held is stored with the device. Another driver that matches the same
 * device still gets its turn; if it rejects the device, the hold remains.
 *
 * Not held are a device below one that the prerequisite probes or has bound, as the
 * prerequisite may look for its children, and the devices of platform_driver_probe(),
 * which is over after one attempt.
 *
 * A module is *pending* (update()) if one of its probes is scheduled or runs; or if
 * it has bound nothing yet, and has initcalls below late_initcall left, or a
 * deferred device, or a prerequisite that is pending itself. All else is not
 * pending: a module that has bound a device, is absent, has failed, or has no device.
 * A deferral while the bus matches a device is not that of a driver, so it makes no
 * module pending.
 *
 * After each initcall, initcall_hold_after() probes, in the same thread, each
 * device that is held for nothing any more, and each that a consumer's own probe
 * has deferred before one of its prerequisites was bound, until nothing changes. So
 * the consumer is bound before the next initcall is called. One that prefers
 * asynchronous probes is only started then.
 *
 * An initcall of a consumer is not called while a probe of its prerequisites is in
 * flight: it may have no driver, and nothing that could be held.
 *
 * Before the first late_initcall(), initcall_hold_drain() waits for the probes of
 * all modules in a dependency, and probes all their deferred devices, until
 * nothing more binds. Then it lets go of what is still held, says so, and the
 * driver core is as it is without declarations.
 *
 * Waits are bounded: all of them together by PATIENCE. That is for asynchronous
 * probes; a probe in the thread that runs initcalls takes as long as it takes.
 *
 * All state is protected by driver_deferred_probe_lock(), which __initcall_probe()
 * and driver_deferred_probe_retry() take; but for what only the thread that runs
 * initcalls uses.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/device.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/platform_device.h>
#include <linux/sched.h>

#include "optional.h"

/*
 * What the loader of firmware may take to ask user space, which does not answer
 * before init runs. A probe that takes longer is stuck.
 */
#define PATIENCE	(60 * HZ)

/* A device whose probe binds one of its own prerequisites could go on for ever. */
#define MAX_RETRIES	100

typedef bool (*initcall_handler_fn)(struct device *dev, const struct device_driver *drv);

/* The plan of this boot, or of a test. */
static struct initcall_plan *plan __initdata;

static struct initcall_module * __init module_of(u32 id)
{
	return &plan->graph.modules[id];
}

static const char * __init name_of(u32 id)
{
	return initcall_names_short(module_of(id)->path);
}

static void __init count_deferred(struct device *dev)
{
	module_of(initcall_device(dev)->module)->nr_deferred++;
}

static void __init update_module(struct initcall_module *module)
{
	const struct initcall_module *needed;
	u32 i;

	module->newest = plan->round;
	module->waits_for = 0;
	module->busy = false;
	for (i = module->needs; i != INITCALL_NONE; i = plan->graph.edges[i].next) {
		needed = module_of(plan->graph.edges[i].prerequisite);
		module->newest = max3(module->newest, needed->bound_at, needed->newest);
		module->busy |= needed->busy || needed->in_flight;
		if (needed->pending)
			module->waits_for = plan->graph.edges[i].prerequisite;
	}
	module->pending = module->in_flight ||
		(!module->bound_at &&
		 (module->calls_left || module->nr_deferred || module->waits_for));
}

/*
 * What follows from the state of the modules, in one pass: prerequisites come
 * before consumers in @sorted. Not done again until something has changed.
 */
static void __init update(void)
{
	u32 i;

	if (plan->fresh)
		return;
	for (i = 0; i < plan->graph.nr_modules; i++)
		module_of(i)->nr_deferred = 0;
	driver_deferred_probe_walk(count_deferred);
	module_of(0)->newest = plan->round;
	for (i = 0; i < plan->graph.nr_sorted; i++)
		update_module(module_of(plan->graph.sorted[i]));
	plan->fresh = true;
}

static void __init note_change(void)
{
	plan->fresh = false;
	WRITE_ONCE(plan->now, plan->now + 1);
}

/*
 * The module named by the driver, if the graph knows one of that name; else the
 * one whose initcall registers it.
 */
static u32 __init module_of_driver(const struct device_driver *drv)
{
	u32 running = current == plan->thread ? plan->running : 0, id;

	if (drv->owner)
		return 0;
	if (!drv->mod_name)
		return running;
	id = initcall_names_find(&plan->graph, drv->mod_name);
	return id == INITCALL_AMBIGUOUS ? running : id;
}

/* Does the prerequisite probe, or has it bound, a parent? That may look for its children. */
static bool __init is_child_of(const struct device *dev, u32 prerequisite)
{
	const struct initcall_device *parent;

	for (dev = dev->parent; dev; dev = dev->parent) {
		parent = initcall_device(dev);
		if (parent && parent->prober == prerequisite)
			return true;
	}
	return false;
}

/* The module for which a device has to be held, 0 if there is none. */
static u32 __init held_for(const struct device *dev, u32 consumer)
{
	u32 i, prerequisite;

	if (plan->released || module_of(consumer)->needs == INITCALL_NONE)
		return 0;
	update();
	if (!module_of(consumer)->waits_for)
		return 0;
	for (i = module_of(consumer)->needs; i != INITCALL_NONE; i = plan->graph.edges[i].next) {
		prerequisite = plan->graph.edges[i].prerequisite;
		if (module_of(prerequisite)->pending && !is_child_of(dev, prerequisite))
			return prerequisite;
	}
	return 0;
}

/* A driver of platform_driver_probe() is gone after its only attempt. */
static bool __init can_be_deferred(const struct device_driver *drv)
{
	return drv->bus != &platform_bus_type || !to_platform_driver(drv)->prevent_deferred_probe;
}

static bool __init on_added(struct device *dev, const struct device_driver *drv)
{
	initcall_driver(drv)->module = module_of_driver(drv);
	module_of(initcall_driver(drv)->module)->nr_drivers++;
	return false;
}

/* Of several asynchronous drivers, one in a dependency counts. */
static bool __init on_matched(struct device *dev, const struct device_driver *drv)
{
	struct initcall_device *device = initcall_device(dev);

	if (!module_of(device->matched)->declared)
		device->matched = initcall_driver(drv)->module;
	return false;
}

/*
 * A device is on the list of deferred devices on behalf of one driver, even if
 * another one, which also matches, has been tried since.
 */
static void __init set_deferred(struct initcall_device *device, u32 module, u32 since, u32 held_for)
{
	if (module_of(device->module)->declared && !module_of(module)->declared)
		return;
	device->module = module;
	device->since = since;
	device->held_for = held_for;
}

static bool __init on_begin(struct device *dev, const struct device_driver *drv)
{
	struct initcall_device *device = initcall_device(dev);
	u32 module = initcall_driver(drv)->module;
	u32 prerequisite = can_be_deferred(drv) ? held_for(dev, module) : 0;

	device->known = true;
	if (prerequisite) {
		set_deferred(device, module, plan->now, prerequisite);
		if (initcall_options_verbose())
			pr_info("%s: %s is held for %s\n", dev_name(dev), name_of(module),
				name_of(prerequisite));
		return true;
	}
	device->prober = module;
	device->began = plan->now;
	device->probing = true;
	module_of(module)->in_flight++;
	note_change();
	return false;
}

static bool __init on_end(struct device *dev, const struct device_driver *drv)
{
	struct initcall_device *device = initcall_device(dev);

	if (device->probing)
		module_of(device->prober)->in_flight--;
	device->probing = false;
	return false;
}

/* Unless it was held, and probe not called. */
static bool __init on_deferred(struct device *dev, const struct device_driver *drv)
{
	struct initcall_device *device = initcall_device(dev);

	if (device->probing)
		set_deferred(device, device->prober, device->began, 0);
	return on_end(dev, drv);
}

static bool __init on_bound(struct device *dev, const struct device_driver *drv)
{
	WRITE_ONCE(plan->last_bound, plan->now);
	module_of(initcall_driver(drv)->module)->bound_at = plan->now;
	return false;
}

/* The module whose probe, or whose initcall, has started the probe of a device. */
static u32 __init starter_of(const struct device *dev)
{
	const struct initcall_device *parent;

	for (dev = dev->parent; dev; dev = dev->parent) {
		parent = initcall_device(dev);
		if (parent && parent->probing && parent->prober)
			return parent->prober;
	}
	return current == plan->thread ? plan->running : 0;
}

/* A device may have several probes scheduled, but counts once. */
static bool __init on_scheduled(struct device *dev, const struct device_driver *drv)
{
	struct initcall_device *device = initcall_device(dev);

	if (device->nr_scheduled++)
		return false;
	device->of = drv ? initcall_driver(drv)->module : device->matched ?: device->module;
	device->matched = 0;
	device->by = starter_of(dev);
	module_of(device->of)->in_flight++;
	module_of(device->by)->in_flight++;
	return false;
}

static bool __init on_unscheduled(struct device *dev, const struct device_driver *drv)
{
	struct initcall_device *device = initcall_device(dev);

	if (!device->nr_scheduled || --device->nr_scheduled)
		return false;
	module_of(device->of)->in_flight--;
	module_of(device->by)->in_flight--;
	return false;
}

/* Begins a round in which all that is deferred is due; whether that has to wait. */
static bool __init on_drain(struct device *dev, const struct device_driver *drv)
{
	bool busy = false;
	u32 i;

	plan->round = plan->released ? 0 : plan->now;
	plan->seen = plan->now;
	for (i = 1; i < plan->graph.nr_modules; i++)
		busy |= module_of(i)->declared && module_of(i)->in_flight;
	return busy;
}

/* Whether the initcall has to wait, which none has after the drain. */
static bool __init on_initcall_begin(struct device *dev, const struct device_driver *drv)
{
	const struct initcall_module *module;

	plan->seen = plan->now;
	plan->running = plan->graph.nodes[plan->next].module;
	module = module_of(plan->running);
	if (module->needs != INITCALL_NONE)
		update();
	return module->busy && !plan->drained;
}

static bool __init on_initcall_end(struct device *dev, const struct device_driver *drv)
{
	const struct initcall_node *node = &plan->graph.nodes[plan->next];

	if (node->level < INITCALL_LATE)
		module_of(node->module)->calls_left--;
	plan->running = 0;
	return false;
}

static bool __init on_release(struct device *dev, const struct device_driver *drv)
{
	plan->round = 0;
	plan->released = true;
	return false;
}

static const initcall_handler_fn handlers[] __initconst = {
	[INITCALL_DRIVER_ADDED] = on_added,
	[INITCALL_PROBE_MATCHED] = on_matched,
	[INITCALL_PROBE_SCHEDULED] = on_scheduled,
	[INITCALL_PROBE_UNSCHEDULED] = on_unscheduled,
	[INITCALL_PROBE_BEGIN] = on_begin,
	[INITCALL_PROBE_DEFERRED] = on_deferred,
	[INITCALL_PROBE_END] = on_end,
	[INITCALL_DEVICE_BOUND] = on_bound,
	[INITCALL_BEGIN] = on_initcall_begin,
	[INITCALL_END] = on_initcall_end,
	[INITCALL_DRAIN] = on_drain,
	[INITCALL_RELEASE] = on_release,
};

/* Called with driver_deferred_probe_lock() held, from any thread. */
static bool __init on_event(enum initcall_event what, struct device *dev,
			    const struct device_driver *drv)
{
	bool answer;

	if (what != INITCALL_BEGIN)
		note_change();
	initcall_discover_probe(plan, what, dev, drv);
	answer = handlers[what](dev, drv);
	initcall_history_probe(plan, what, dev, drv);
	return answer;
}

/**
 * initcall_hold_take() - a device is taken from the list of deferred devices
 * @dev: the device, which is going to be probed
 *
 * Context: __init; the caller holds driver_deferred_probe_lock().
 */
void __init initcall_hold_take(struct device *dev)
{
	struct initcall_device *device = initcall_device(dev);

	on_event(INITCALL_PROBE_SCHEDULED, dev, NULL);
	device->module = 0;
	device->since = plan->now;
	device->held_for = 0;
}

/* Is it time to probe a deferred device? Marks it as being probed then. */
static bool __init is_due(struct device *dev)
{
	struct initcall_device *device = initcall_device(dev);
	const struct initcall_module *module = module_of(device->module);

	if (device->nr_retries >= MAX_RETRIES || (!module->declared && device->known))
		return false;
	update();
	if ((!device->held_for && module->newest <= device->since) ||
	    held_for(dev, device->module))
		return false;
	if (++device->nr_retries == MAX_RETRIES)
		pr_err("%s: deferred %u times, left to late_initcall()\n", dev_name(dev),
		       MAX_RETRIES);
	if (plan->released && device->held_for)
		pr_warn("%s: was held for %s until now\n", dev_name(dev),
			name_of(device->held_for));
	initcall_hold_take(dev);
	return true;
}

static bool __init is_anything_new(void)
{
	return READ_ONCE(plan->now) != plan->seen;
}

static void __init give_up(void)
{
	u32 i;

	driver_deferred_probe_lock();
	for (i = 1; i < plan->graph.nr_modules; i++)
		if (module_of(i)->declared && module_of(i)->in_flight)
			pr_err("going on without %s: a probe of it still runs\n", name_of(i));
	driver_deferred_probe_unlock();
}

/* All waits have one budget: what is stuck costs it once. */
static void __init wait_while(enum initcall_event what)
{
	while (__initcall_probe(what, NULL, NULL) && plan->patience) {
		plan->patience = driver_probe_wait(is_anything_new, plan->patience);
		if (!plan->patience)
			give_up();
	}
}

/**
 * initcall_hold_before() - to be called before an initcall
 * @p: the plan
 * @node: the initcall
 *
 * A consumer may have no driver that could be held, so its initcall is not called
 * before the probes of its prerequisites are over.
 *
 * Context: __init, may sleep.
 */
void __init initcall_hold_before(struct initcall_plan *p, u32 node)
{
	p->next = node;
	wait_while(INITCALL_BEGIN);
}

/**
 * initcall_hold_after() - to be called after an initcall
 * @p: the plan
 *
 * Probes the devices that have become due. After the drain there are none, and
 * nothing is done but to follow on behalf of debugfs.c and discover.c.
 *
 * Context: __init, may sleep; probes devices.
 */
void __init initcall_hold_after(struct initcall_plan *p)
{
	__initcall_probe(INITCALL_END, NULL, NULL);
	if (!p->drained)
		driver_deferred_probe_retry(is_due);
}

static void __init retry_until_quiet(void)
{
	u32 before;

	do {
		before = READ_ONCE(plan->now);
		driver_deferred_probe_retry(is_due);
		wait_while(INITCALL_DRAIN);
	} while (READ_ONCE(plan->last_bound) > before);
}

/**
 * initcall_hold_drain() - to be called before the first late_initcall()
 * @p: the plan
 *
 * Probes all that modules in a dependency have deferred, until nothing more binds,
 * and then what is still held. From then on nothing is held.
 *
 * Context: __init, may sleep; probes devices.
 */
void __init initcall_hold_drain(struct initcall_plan *p)
{
	p->drained = true;
	if (!plan)
		return;
	wait_while(INITCALL_DRAIN);
	retry_until_quiet();
	__initcall_probe(INITCALL_RELEASE, NULL, NULL);
	retry_until_quiet();
	if (!initcall_wants_all())
		initcall_hold_stop(p);
}

static void __init forget(struct device *dev)
{
	*initcall_device(dev) = (struct initcall_device) { };
}

/**
 * initcall_hold_start() - follow what the driver core does
 * @p: the plan; in use until initcall_hold_stop()
 *
 * Context: __init, may sleep; in the thread that runs initcalls.
 */
void __init initcall_hold_start(struct initcall_plan *p)
{
	p->thread = current;
	p->patience = p->patience ?: PATIENCE;
	plan = p;
	/* A test comes after a boot, whose numbers of modules were others. */
	driver_deferred_probe_lock();
	driver_deferred_probe_walk(forget);
	driver_deferred_probe_unlock();
	initcall_probe_follow(on_event);
}

/**
 * initcall_hold_stop() - follow it no longer
 * @p: the plan
 *
 * Context: __init, may sleep.
 */
void __init initcall_hold_stop(struct initcall_plan *p)
{
	if (!plan)
		return;
	initcall_probe_follow(NULL);
	plan = NULL;
}
