// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Bound, not just registered
 *
 * What becomes of the probes of prerequisites.
 *
 * The driver core tells of each probe as long as initcalls run, see
 * include/linux/initcall_probe.h. A driver belongs to the module whose initcall
 * has registered it. From this it is known
 *
 *  - which asynchronous probes are under way, for whose driver, and by whose
 *    initcall they were started: a consumer is not initialised before those
 *    of its prerequisites have ended;
 *
 *  - which devices were deferred by drivers of a consumer: they are probed again
 *    behind the initcall during which a device was bound to a driver of one of
 *    its prerequisites, in the thread that runs initcalls.
 *
 * With discover, this is done for all deferred devices behind each initcall, and
 * discover.c writes down who has ended whose deferral.
 *
 * All waiting is bounded, and who is not waited for any longer is named.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/hashtable.h>
#include <linux/init.h>
#include <linux/initcall_probe.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "internal.h"

/* The deferred probe work does not tell when it is done. */
#define POLL_INTERVAL	(msecs_to_jiffies(10) + 1)

/* Whose devices were retried so often is left to the deferred probe work. */
#define MAX_RETRIES	1000

struct known_driver {
	struct hlist_node node;
	struct initcall_driver driver;
};

/**
 * struct initcall_probe - a probe; if asynchronous, from when it is scheduled
 * @list: in initcall_plan.under_way, the latest first
 * @dev: the device
 * @over: what the driver core will say when it is over
 * @of: module of the driver, or INITCALL_NONE
 * @by: module whose initcall or probe has started it, or INITCALL_NONE
 * @since: event number of its beginning
 * @node: the initcall that had begun last by then, or INITCALL_NONE
 * @missed: module to whose driver another thread has bound a device meanwhile, or INITCALL_NONE
 * @task: thread that it runs in, once it does
 * @given_up: nobody waits for it any longer
 *
 * A device that is probed asynchronously has one for the whole, and while the
 * driver's probe function runs another one.
 */
struct initcall_probe {
	struct list_head list;
	struct device *dev;
	enum initcall_probe_event over;
	u32 of;
	u32 by;
	u32 since;
	u32 node;
	u32 missed;
	struct task_struct *task;
	bool given_up;
};

struct deferred_device {
	struct list_head list;
	struct device *dev;
	u32 module;
};

/* What to wait for. */
enum extent {
	PREREQUISITES,	/* probes of the marked modules */
	DECLARED,	/* of all modules in a dependency, and who may bring an unbound one */
	DEFERRED,	/* of devices whose deferral has not ended yet */
	EVERYTHING,	/* the deferred probe work, and all others */
};

/* The plan whose probes are followed; initcall_probe_mutex protects what it has of them. */
static struct initcall_plan *followed __initdata;

static struct initcall_module_state * __init state_of(struct initcall_plan *plan, u32 module)
{
	return module < plan->graph.nr_modules ? &plan->states[module] : NULL;
}

static bool __init is_declared(struct initcall_plan *plan, u32 module)
{
	const struct initcall_module_state *state = state_of(plan, module);

	return state && (state->needs != INITCALL_NONE || state->needed_by != INITCALL_NONE);
}

static bool __init is_consumer(struct initcall_plan *plan, u32 module)
{
	const struct initcall_module_state *state = state_of(plan, module);

	return state && state->needs != INITCALL_NONE;
}

static bool __init is_marked(struct initcall_plan *plan, u32 module)
{
	const struct initcall_module_state *state = state_of(plan, module);

	return state && state->mark == plan->nr_marks;
}

/* Mark what @module needs, directly or not; the stack is linked through the states. */
static void __init mark_prerequisites(struct initcall_plan *plan, u32 module)
{
	u32 i, needed, top = module;
	struct initcall_module_state *state = &plan->states[module];

	plan->nr_marks++;
	plan->marked_for = module;
	state->below = INITCALL_NONE;
	while (top != INITCALL_NONE) {
		state = &plan->states[top];
		top = state->below;
		for (i = state->needs; i != INITCALL_NONE; i = plan->declarations[i].next_needs) {
			needed = plan->graph.edges[i].prerequisite;
			if (is_marked(plan, needed))
				continue;
			plan->states[needed].mark = plan->nr_marks;
			plan->states[needed].below = top;
			top = needed;
		}
	}
}

static void * __init remember(struct initcall_plan *plan, size_t size)
{
	void *entry = initcall_alloc(1, size);

	if (!entry && !plan->forgetful) {
		pr_err("out of memory: some probes are not waited for\n");
		plan->forgetful = true;
	}
	return entry;
}

static struct known_driver * __init find_driver(struct initcall_plan *plan,
						const struct device_driver *drv)
{
	struct known_driver *known;

	hash_for_each_possible(plan->drivers, known, node, (unsigned long)drv)
		if (known->driver.drv == drv)
			return known;
	return NULL;
}

static u32 __init module_of(struct initcall_plan *plan, const struct device_driver *drv)
{
	struct known_driver *known = drv ? find_driver(plan, drv) : NULL;

	return known ? known->driver.module : INITCALL_NONE;
}

/* The address may have belonged to a driver that is gone. */
static void __init on_driver(struct initcall_plan *plan, const struct device_driver *drv)
{
	struct known_driver *known = find_driver(plan, drv);
	u32 module = plan->running, registrar = plan->node;

	if (current != plan->thread || module == INITCALL_NONE) {
		registrar = INITCALL_NONE;
		module = drv->mod_name ? initcall_names_find(&plan->names, drv->mod_name) :
					 INITCALL_NONE;
	}
	if (module < plan->graph.nr_modules)
		plan->states[module].nr_drivers++;
	if (!known) {
		if (!IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS) && !initcall_discovers(plan) &&
		    !is_declared(plan, module))
			return;
		known = remember(plan, sizeof(*known));
		if (!known)
			return;
		hash_add(plan->drivers, &known->node, (unsigned long)drv);
	}
	known->driver = (struct initcall_driver) {
		.drv = drv,
		.module = module,
		.registrar = registrar,
	};
}

/* Who starts the probe that is about to be scheduled, or to run in this thread? */
static u32 __init starter(struct initcall_plan *plan)
{
	const struct initcall_probe *probe;

	list_for_each_entry(probe, &plan->under_way, list)
		if (probe->task == current)
			return is_declared(plan, probe->of) ? probe->of : probe->by;
	return current == plan->thread ? plan->running : INITCALL_NONE;
}

static void __init add_probe(struct initcall_plan *plan, enum initcall_probe_event over,
			     struct device *dev, u32 module, struct task_struct *task)
{
	struct initcall_probe *probe = remember(plan, sizeof(*probe));

	if (!probe)
		return;
	probe->dev = dev;
	probe->over = over;
	probe->of = module;
	probe->by = starter(plan);
	probe->since = plan->nr_events;
	probe->node = plan->node;
	probe->missed = INITCALL_NONE;
	probe->task = task;
	list_add(&probe->list, &plan->under_way);
}

static void __init set_done(struct initcall_plan *plan, u32 module)
{
	struct initcall_module_state *state = state_of(plan, module);

	if (state)
		state->last_done = plan->nr_events;
}

static void __init remove_probe(struct initcall_plan *plan, enum initcall_probe_event over,
				struct device *dev)
{
	struct initcall_probe *probe;

	list_for_each_entry(probe, &plan->under_way, list) {
		if (probe->dev != dev || probe->over != over)
			continue;
		set_done(plan, probe->of);
		set_done(plan, probe->by);
		if (initcall_discovers(plan) && over == INITCALL_PROBE_ENDED)
			initcall_discover_ended(plan, dev, probe->since);
		list_del(&probe->list);
		kvfree(probe);
		return;
	}
}

static void __init on_started(struct initcall_plan *plan, struct device *dev, u32 module)
{
	struct initcall_module_state *state = state_of(plan, module);
	struct initcall_probe *probe;

	/* From now on it is known which thread an asynchronous probe of it runs in. */
	list_for_each_entry(probe, &plan->under_way, list)
		if (probe->dev == dev && !probe->task && current != plan->thread)
			probe->task = current;
	add_probe(plan, INITCALL_PROBE_ENDED, dev, module, current);
	if (state && !state->first_probed)
		state->first_probed = plan->nr_events;
}

static void __init request_retry(struct initcall_plan *plan, struct initcall_module_state *consumer)
{
	consumer->due = plan->nr_events;
	plan->nr_retry += !consumer->retry;
	consumer->retry = true;
}

static void __init request_retries(struct initcall_plan *plan, u32 prerequisite)
{
	u32 i = plan->states[prerequisite].needed_by;

	for (; i != INITCALL_NONE; i = plan->declarations[i].next_needed_by)
		request_retry(plan, &plan->states[plan->graph.edges[i].consumer]);
}

/* The probe function of its driver runs, if it is not just being matched. */
static struct initcall_probe * __init running_probe(struct initcall_plan *plan,
						    const struct device *dev)
{
	struct initcall_probe *probe;

	list_for_each_entry(probe, &plan->under_way, list)
		if (probe->dev == dev && probe->over == INITCALL_PROBE_ENDED)
			return probe;
	return NULL;
}

/*
 * Has a prerequisite been bound while the probe was running? What is deferred
 * when it is matched is no probe, and may have missed any.
 */
static bool __init has_missed_retry(struct initcall_plan *plan, const struct device *dev,
				    const struct initcall_module_state *state)
{
	const struct initcall_probe *probe = running_probe(plan, dev);

	return probe ? state->due > probe->since : current != plan->thread;
}

static struct initcall_driver __init driver_of(struct initcall_plan *plan,
					       const struct device_driver *drv)
{
	const struct known_driver *known = find_driver(plan, drv);

	return known ? known->driver : (struct initcall_driver) {
		.drv = drv,
		.module = INITCALL_NONE,
		.registrar = INITCALL_NONE,
	};
}

static void __init discover_deferred(struct initcall_plan *plan, const struct device *dev,
				     const struct device_driver *drv)
{
	const struct initcall_probe *probe = running_probe(plan, dev);
	struct initcall_driver driver = driver_of(plan, drv);

	initcall_discover_deferred(plan, dev, &driver, probe ? probe->missed : INITCALL_NONE);
}

static void __init discover_bound(struct initcall_plan *plan, const struct device *dev,
				  const struct device_driver *drv)
{
	struct initcall_driver driver = driver_of(plan, drv);
	struct initcall_probe *other;
	u32 node = plan->node;

	/* What a probe has bound itself, in its own thread, it has not come too early for. */
	list_for_each_entry(other, &plan->under_way, list) {
		if (other->task != current && driver.module != INITCALL_NONE)
			other->missed = driver.module;
		if (other->dev == dev)
			node = other->node;	/* in the end, when it was scheduled */
	}
	initcall_discover_bound(plan, dev, &driver, node);
}

static void __init on_deferred(struct initcall_plan *plan, struct device *dev, u32 module,
			       const struct device_driver *drv)
{
	struct deferred_device *deferred;

	if (initcall_discovers(plan))
		discover_deferred(plan, dev, drv);
	if (!is_consumer(plan, module))
		return;
	list_for_each_entry(deferred, &plan->deferred, list)
		if (deferred->dev == dev && deferred->module == module)
			return;
	deferred = remember(plan, sizeof(*deferred));
	if (!deferred)
		return;
	deferred->dev = dev;
	deferred->module = module;
	list_add_tail(&deferred->list, &plan->deferred);
	if (has_missed_retry(plan, dev, &plan->states[module]))
		request_retry(plan, &plan->states[module]);
}

/* Is it one that a module in retry has deferred? Forget it then; it may come again. */
static bool __init take_deferred(struct initcall_plan *plan, struct device *dev)
{
	struct deferred_device *deferred, *next;
	bool found = false;

	list_for_each_entry_safe(deferred, next, &plan->deferred, list) {
		if (deferred->dev != dev || !plan->states[deferred->module].retrying)
			continue;
		plan->states[deferred->module].nr_retries++;
		list_del(&deferred->list);
		kvfree(deferred);
		found = true;
	}
	return found;
}

/* It has been bound, or is going away. */
static void __init forget_deferred(struct initcall_plan *plan, struct device *dev)
{
	struct deferred_device *deferred, *next;

	if (initcall_discovers(plan))
		initcall_discover_undeferred(plan, dev);
	list_for_each_entry_safe(deferred, next, &plan->deferred, list) {
		if (deferred->dev != dev)
			continue;
		list_del(&deferred->list);
		kvfree(deferred);
	}
}

static void __init on_bound(struct initcall_plan *plan, const struct device *dev, u32 module,
			    const struct device_driver *drv)
{
	struct initcall_module_state *state = state_of(plan, module);

	plan->last_change = plan->nr_events;
	if (initcall_discovers(plan))
		discover_bound(plan, dev, drv);
	if (!state)
		return;
	if (!state->nr_bound++)
		state->first_bound = plan->nr_events;
	request_retries(plan, module);
}

/* Called by the driver core from any thread, with initcall_probe_mutex held. */
static void __init follow(enum initcall_probe_event event, struct device *dev,
			  const struct device_driver *drv)
{
	struct initcall_plan *plan = followed;
	u32 module = module_of(plan, drv);

	WRITE_ONCE(plan->nr_events, plan->nr_events + 1);
	switch (event) {
	case INITCALL_PROBE_DRIVER:
		on_driver(plan, drv);
		break;
	case INITCALL_PROBE_DRIVER_ATTACH:
		add_probe(plan, INITCALL_PROBE_DRIVER_ATTACHED, dev, module, NULL);
		break;
	case INITCALL_PROBE_DEVICE_ATTACH:
		add_probe(plan, INITCALL_PROBE_DEVICE_ATTACHED, dev, module, NULL);
		break;
	case INITCALL_PROBE_DRIVER_ATTACHED:
	case INITCALL_PROBE_DEVICE_ATTACHED:
	case INITCALL_PROBE_ENDED:
		remove_probe(plan, event, dev);
		break;
	case INITCALL_PROBE_STARTED:
		on_started(plan, dev, module);
		break;
	case INITCALL_PROBE_DEFERRED:
		on_deferred(plan, dev, module, drv);
		break;
	case INITCALL_PROBE_UNDEFERRED:
		forget_deferred(plan, dev);
		break;
	case INITCALL_PROBE_BOUND:
		on_bound(plan, dev, module, drv);
		break;
	}
	wake_up(&plan->changed);
}

static const char * __init name_of(struct initcall_plan *plan, u32 module)
{
	return initcall_names_get(&plan->names, module) ?: "a driver";
}

/*
 * A device whose probe binds a device to one of its own prerequisites and is
 * deferred all the same could go on for ever, therefore the limit.
 */
static bool __init may_retry(struct initcall_plan *plan, u32 module)
{
	struct initcall_module_state *state = &plan->states[module];

	if (state->nr_retries < MAX_RETRIES)
		return true;
	if (state->nr_retries == MAX_RETRIES)
		pr_err("%s: deferred again after %u retries, left to late_initcall\n",
		       name_of(plan, module), state->nr_retries++);
	return false;
}

static bool __init take_retries(struct initcall_plan *plan)
{
	struct initcall_module_state *state;
	bool any = false;
	u32 i;

	guard(mutex)(&initcall_probe_mutex);
	if (!plan->nr_retry)
		return false;
	for (i = 0; i < plan->graph.nr_modules; i++) {
		state = &plan->states[i];
		state->retrying = false;
		if (!state->retry)
			continue;
		state->retry = false;
		plan->nr_retry--;
		state->retrying = may_retry(plan, i);
		any |= state->retrying;
	}
	return any;
}

static bool __init is_retried(struct device *dev, const char *reason)
{
	guard(mutex)(&initcall_probe_mutex);
	return take_deferred(followed, dev);
}

/* Until nothing more is bound, but not for longer than all else may take. */
static void __init retry_deferred(struct initcall_plan *plan)
{
	unsigned long deadline = jiffies + plan->patience;

	while (take_retries(plan) && time_before(jiffies, deadline))
		initcall_deferred_retry(is_retried);
}

/* Has a deferred device of a consumer a prerequisite that is still without a device? */
static bool __init any_waits_for_unbound(struct initcall_plan *plan)
{
	const struct initcall_module_state *prerequisite;
	const struct deferred_device *deferred;
	u32 i;

	list_for_each_entry(deferred, &plan->deferred, list) {
		i = plan->states[deferred->module].needs;
		for (; i != INITCALL_NONE; i = plan->declarations[i].next_needs) {
			prerequisite = &plan->states[plan->graph.edges[i].prerequisite];
			if (prerequisite->nr_drivers && !prerequisite->nr_bound)
				return true;
		}
	}
	return false;
}

/* That device may come from any probe. */
static enum extent __init widen(struct initcall_plan *plan, enum extent extent)
{
	return extent == DECLARED && any_waits_for_unbound(plan) ? EVERYTHING : extent;
}

/**
 * initcall_probes_needs() - has it been declared that a module needs another
 * @plan: the plan; initcall_probe_mutex is held
 * @consumer: number of the one
 * @prerequisite: number of the other
 *
 * Context: __init, any.
 * Return: whether dependencies in force lead from one to the other.
 */
bool __init initcall_probes_needs(struct initcall_plan *plan, u32 consumer, u32 prerequisite)
{
	if (plan->marked_for != consumer)
		mark_prerequisites(plan, consumer);
	return is_marked(plan, prerequisite);
}

/* Marks are made when there is something under way, which is seldom. */
static bool __init is_for_prerequisite(struct initcall_plan *plan, u32 module,
				       const struct initcall_probe *probe)
{
	return initcall_probes_needs(plan, module, probe->of) ||
	       initcall_probes_needs(plan, module, probe->by);
}

static bool __init matters(struct initcall_plan *plan, u32 module, enum extent extent,
			   const struct initcall_probe *probe)
{
	if (probe->given_up)
		return false;
	if (extent == PREREQUISITES)
		return is_for_prerequisite(plan, module, probe);
	if (extent == DEFERRED)
		return initcall_discover_waits(plan, probe->dev);
	return extent == EVERYTHING || is_declared(plan, probe->of) ||
	       is_declared(plan, probe->by);
}

static bool __init is_busy(struct initcall_plan *plan, u32 module, enum extent extent)
{
	const struct initcall_probe *probe;

	scoped_guard(mutex, &initcall_probe_mutex) {
		extent = widen(plan, extent);
		list_for_each_entry(probe, &plan->under_way, list)
			if (matters(plan, module, extent, probe))
				return true;
	}
	if (plan->deferred_given_up)
		return false;
	return initcall_deferred_busy() || (extent == EVERYTHING && !driver_probe_done());
}

static void __init give_up(struct initcall_plan *plan, u32 module, enum extent extent)
{
	const char *consumer = extent == DECLARED ? "late_initcall" : name_of(plan, module);
	unsigned int waited = jiffies_to_msecs(plan->patience);
	struct initcall_probe *probe;
	bool named = false;

	guard(mutex)(&initcall_probe_mutex);
	list_for_each_entry(probe, &plan->under_way, list) {
		if (!matters(plan, module, widen(plan, extent), probe))
			continue;
		pr_err("%s goes on without %s: its probe by %s is not done after %u ms\n",
		       consumer, dev_name(probe->dev), name_of(plan, probe->of), waited);
		probe->given_up = true;
		named = true;
	}
	plan->nr_given_up++;
	if (!named)
		pr_err("%s goes on: deferred probing is not done after %u ms\n", consumer, waited);
	plan->deferred_given_up |= !named || extent == EVERYTHING;
}

/* Once more if anything has happened meanwhile: that may have started the next thing. */
static void __init wait_for(struct initcall_plan *plan, u32 module, enum extent extent)
{
	unsigned long deadline = jiffies + plan->patience;
	bool busy, quiet;
	u32 seen;

	for (;;) {
		seen = READ_ONCE(plan->nr_events);
		retry_deferred(plan);
		busy = is_busy(plan, module, extent);
		quiet = seen == READ_ONCE(plan->nr_events) ||
			(extent != EVERYTHING && !READ_ONCE(plan->nr_retry));
		if (!busy && quiet)
			return;
		if (time_after(jiffies, deadline))
			break;
		wait_event_timeout(plan->changed, seen != READ_ONCE(plan->nr_events),
				   POLL_INTERVAL);
	}
	give_up(plan, module, extent);
}

static bool __init tell_deferred(struct device *dev, const char *reason)
{
	pr_info("still deferred: %s, %s", dev_name(dev), reason ?: "(reason unknown)\n");
	return false;
}

static bool __init needs_settled(struct initcall_plan *plan, u32 module)
{
	u32 i = plan->states[module].needs;

	for (; plan->settling && i != INITCALL_NONE; i = plan->declarations[i].next_needs)
		if (plan->graph.edges[i].prerequisite == plan->settler)
			return true;
	return false;
}

/*
 * Of a consumer, wait until the probes that its prerequisites have started have
 * ended; of a consumer of drivers/base/dd, behind the first pass over deferred
 * devices, until nothing is probed and nothing follows from that.
 */
static void __init wait_for_prerequisites(struct initcall_plan *plan, u32 module)
{
	if (!is_consumer(plan, module))
		return;
	if (!needs_settled(plan, module)) {
		wait_for(plan, module, PREREQUISITES);
		return;
	}
	wait_for(plan, module, EVERYTHING);
	if (!plan->settled)
		initcall_deferred_retry(tell_deferred);
	plan->settled = true;
}

/**
 * initcall_probes_begin() - to be called before an initcall is run
 * @plan: the plan
 * @place: its place in the order
 *
 * Waits until it may run, as far as probes of others go.
 *
 * Context: __init, may sleep; may probe deferred devices.
 */
void __init initcall_probes_begin(struct initcall_plan *plan, u32 place)
{
	u32 module = plan->nodes[plan->order[place]].module;
	struct initcall_module_state *state = state_of(plan, module);

	wait_for_prerequisites(plan, module);
	guard(mutex)(&initcall_probe_mutex);
	plan->running = module;
	plan->node = plan->order[place];
	plan->nr_events++;
	if (state && !state->first_called)
		state->first_called = plan->nr_events;
}

static bool __init find_due(struct device *dev, const char *reason)
{
	guard(mutex)(&initcall_probe_mutex);
	initcall_discover_find_due(followed, dev);
	return false;
}

static bool __init is_due(struct device *dev, const char *reason)
{
	guard(mutex)(&initcall_probe_mutex);
	return initcall_discover_take_due(followed, dev);
}

/*
 * Retry deferred devices, as long as anything has changed since they were deferred;
 * one at a time, so that it is known what has ended its deferral.
 */
static void __init discover(struct initcall_plan *plan, u32 module)
{
	u32 count;

	wait_for(plan, module, DEFERRED);
	for (count = 0; !plan->discover_given_up; count++) {
		initcall_deferred_retry(find_due);
		if (!initcall_deferred_retry(is_due))
			return;
		wait_for(plan, module, DEFERRED);
		if (count < MAX_RETRIES)
			continue;
		pr_err("%u retries behind one initcall, and no end: no more is found out\n",
		       count);
		plan->discover_given_up = true;
	}
}

/* Behind the last initcall, what asynchronous probes still bring counts as well. */
static void __init discover_behind(struct initcall_plan *plan, u32 place, u32 module)
{
	discover(plan, module);
	if (place + 1 < plan->graph.nr_nodes)
		return;
	wait_for(plan, module, EVERYTHING);
	discover(plan, module);
}

static bool __init is_last_before_late(struct initcall_plan *plan, u32 place)
{
	const struct initcall_node *nodes = plan->nodes;

	return place + 1 < plan->graph.nr_nodes && nodes[place].level < INITCALL_LEVEL_LATE &&
	       nodes[place + 1].level == INITCALL_LEVEL_LATE;
}

/**
 * initcall_probes_end() - to be called when an initcall has run
 * @plan: the plan
 * @place: its place in the order
 * @err: what it has returned
 *
 * Before the first late_initcall, waits for the probes of all modules in a
 * dependency: it is there that others look for devices.
 *
 * Context: __init, may sleep; may probe deferred devices.
 */
void __init initcall_probes_end(struct initcall_plan *plan, u32 place, int err)
{
	const struct initcall_node *node = &plan->nodes[plan->order[place]];
	struct initcall_module_state *state = state_of(plan, node->module);

	scoped_guard(mutex, &initcall_probe_mutex) {
		plan->running = INITCALL_NONE;
		plan->nr_events++;
		plan->last_change = plan->nr_events;
		set_done(plan, node->module);
		if (state && err < 0)
			state->error = err;
		/* Whatever it offers, it does so without a driver that could be bound. */
		if (state && !err && !state->nr_drivers)
			request_retries(plan, node->module);
		if (node->module == plan->settler && node->level == INITCALL_LEVEL_LATE)
			plan->settling = true;
	}
	retry_deferred(plan);
	if (initcall_discovers(plan))
		discover_behind(plan, place, node->module);
	if (is_last_before_late(plan, place))
		wait_for(plan, INITCALL_NONE, DECLARED);
}

/* In force are those that the order honours, and those that only a retry can. */
static void __init link_edges(struct initcall_plan *plan)
{
	struct initcall_declaration *words;
	const struct initcall_edge *edge;
	u32 i;

	for (i = 0; i < plan->graph.nr_modules; i++) {
		plan->states[i].needs = INITCALL_NONE;
		plan->states[i].needed_by = INITCALL_NONE;
	}
	for (i = plan->graph.nr_edges; i-- > 0; ) {
		edge = &plan->graph.edges[i];
		words = &plan->declarations[i];
		if (edge->state != INITCALL_EDGE_ORDERED && edge->state != INITCALL_EDGE_HELD &&
		    edge->state != INITCALL_EDGE_RETRY)
			continue;
		words->next_needs = plan->states[edge->consumer].needs;
		plan->states[edge->consumer].needs = i;
		words->next_needed_by = plan->states[edge->prerequisite].needed_by;
		plan->states[edge->prerequisite].needed_by = i;
	}
}

/**
 * initcall_probes_start() - follow what the driver core does
 * @plan: the plan, ordered; stays in use until initcall_probes_stop()
 *
 * Context: __init, may sleep. The calling thread is the one that runs initcalls.
 */
void __init initcall_probes_start(struct initcall_plan *plan)
{
	link_edges(plan);
	hash_init(plan->drivers);
	INIT_LIST_HEAD(&plan->under_way);
	INIT_LIST_HEAD(&plan->deferred);
	INIT_LIST_HEAD(&plan->discoveries);
	init_waitqueue_head(&plan->changed);
	plan->thread = current;
	plan->running = INITCALL_NONE;
	plan->node = INITCALL_NONE;
	plan->marked_for = INITCALL_NONE;
	plan->settler = initcall_names_find(&plan->names, "drivers/base/dd");
	followed = plan;
	initcall_probe_follow(follow);
}

/**
 * initcall_probes_stop() - follow it no longer
 * @plan: what initcall_probes_start() was given
 *
 * Context: __init, may sleep.
 */
void __init initcall_probes_stop(struct initcall_plan *plan)
{
	struct deferred_device *deferred, *next_deferred;
	struct initcall_probe *probe, *next_probe;
	struct known_driver *known;
	struct hlist_node *next;
	int i;

	if (!plan->thread)
		return;
	initcall_probe_follow(NULL);
	hash_for_each_safe(plan->drivers, i, next, known, node)
		kvfree(known);
	list_for_each_entry_safe(probe, next_probe, &plan->under_way, list)
		kvfree(probe);
	list_for_each_entry_safe(deferred, next_deferred, &plan->deferred, list)
		kvfree(deferred);
	plan->thread = NULL;
}
