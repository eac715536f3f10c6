// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Which dependency is not declared
 *
 * With initcall_depends=discover, deferred devices are probed again after each
 * initcall, one at a time, and once more whenever any device has been bound. So a
 * device is bound after the very initcall that has brought what it was waiting
 * for, and the module of that initcall is what its driver should have declared.
 *
 * Another module is the better answer if one of its devices was bound
 *
 *  - by another thread, while the deferred device was being probed,
 *  - since then, by an asynchronous probe that an earlier initcall has started, or
 *  - since then, and the device was deferred during or after that same initcall.
 *
 * If there are several, the last one is taken, and the log says so.
 *
 * A device that is held has not been probed in vain, so it does not count as
 * deferred. A device that is deferred while it is matched is not the fault of the
 * driver that it was matched with; what counts is the driver that probes it later.
 *
 * A driver may also swallow the error: it is probed when something that firmware names
 * is not bound, and goes on without, or fails. The driver core has seen to it that this
 * is rare, and it may be on purpose, so it is only a hint.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <kunit/static_stub.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/property.h>
#include <linux/sched.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "discover.h"
#include "optional.h"

/* After one initcall. Two devices may each bind what the other one waits for. */
#define MAX_RETRIES	1000

/* What has become of a deferral */
enum outcome {
	UNENDED,	/* the device is still deferred */
	FAILED,		/* its probe has failed in the end */
	GONE,		/* it was removed */
	TIMED_OUT,	/* the driver core had ceased to wait for suppliers */
	OWN,		/* nothing but its own module has ended the deferral */
	DECLARED,	/* a prerequisite has */
	UNDECLARED,	/* a module has that is not declared as a prerequisite */
	NR_OUTCOMES,
};

static const char * const words[NR_OUTCOMES] __initconst = {
	"unended", "failed", "gone", "timed out", "own", "declared", "undeclared",
};

/**
 * struct discovery - a device that has been deferred
 * @list: in discoveries
 * @dev: the device
 * @driver: name of the driver that has probed it last
 * @module: module of that driver, 0 if it is not known
 * @node: the initcall during or after which that probe was started
 * @deferred_in: the initcall during or after which it was last deferred
 * @since: when that was; what was before has not helped
 * @tried: what was before this is no reason to probe it again
 * @missed: module of which a device was bound while this one was being probed
 * @what: enum outcome
 */
struct discovery {
	struct list_head list;
	struct device *dev;
	char driver[32];
	u32 module;
	u32 node;
	u32 deferred_in;
	u32 since;
	u32 tried;
	u32 missed;
	u8 what;
};

/**
 * struct missing - what firmware says that a device needs, when it was not bound
 * @list: in all_missing
 * @dev: the device
 * @driver: name of the driver that probes it
 * @module: module of that driver
 * @supplier: the device that was not bound, only to be compared, or NULL
 * @node: the node that was no device yet, or NULL
 * @ended: the probe has ended, and not with a deferral
 */
struct missing {
	struct list_head list;
	struct device *dev;
	char driver[32];
	u32 module;
	const struct device *supplier;
	struct fwnode_handle *node;
	bool ended;
};

/* A device that was bound: when, to a driver of which module, in which thread */
struct bound {
	u32 at;
	u32 module;
	struct task_struct *task;
};

/* All this is protected by driver_deferred_probe_mutex(). */
static struct initcall_plan *plan __initdata;
static struct list_head discoveries __initdata = LIST_HEAD_INIT(discoveries);
static struct list_head all_missing __initdata = LIST_HEAD_INIT(all_missing);
/* What is the same of all that a device is missing. */
static struct missing candidate __initdata;
static struct bound last __initdata;
/* The last one whose probe an earlier initcall has started. */
static struct bound last_early __initdata;
/* When an initcall last returned, or a device was last bound. */
static u32 changed __initdata;
/* Which device to probe next. */
static struct discovery *due __initdata;
/* Which device is_deferred() asks for. */
static struct device *asked __initdata;
static bool given_up __initdata;
static struct seq_buf line __initdata;
static char text[512] __initdata;

/**
 * initcall_discovers() - whether to find out which dependencies are not declared
 *
 * Context: __init, any.
 * Return: whether the command line asks for it.
 */
bool __init initcall_discovers(void)
{
	KUNIT_STATIC_STUB_REDIRECT(initcall_discovers);
	return initcall_options_discover();
}

static void __init print(const char *line)
{
	pr_info("%s\n", line);
}

initcall_print_fn initcall_discover_print __initdata = print;

static const char * __init path_of(u32 id)
{
	return id ? plan->graph.modules[id].path : "unknown";
}

/* What a declaration has to call the module: KBUILD_MODNAME, or its path. */
static void __init add_name(u32 id)
{
	const char *name = plan->graph.modules[id].name;

	if (!id || initcall_names_find(&plan->graph, name) == INITCALL_AMBIGUOUS)
		name = path_of(id);
	seq_buf_puts(&line, name);
}

static void __init begin_line(const struct device *dev, const char *driver, u32 module)
{
	seq_buf_init(&line, text, sizeof(text));
	seq_buf_printf(&line, "%s: %s (", dev_name(dev), driver);
	add_name(module);
}

static void __init print_undeclared(const struct discovery *found, u32 prerequisite, bool guess)
{
	begin_line(found->dev, found->driver, found->module);
	seq_buf_printf(&line, ") was deferred, bound after %ps (",
		       initcall_function(plan, found->node));
	add_name(plan->graph.nodes[found->node].module);
	seq_buf_puts(&line, "): ");
	seq_buf_puts(&line, path_of(found->module));
	seq_buf_puts(&line, ": initcall_depends(\"");
	add_name(prerequisite);
	seq_buf_puts(&line, guess ? "\"), or another one that was bound meanwhile" : "\")");
	initcall_discover_print(seq_buf_str(&line));
}

static void __init print_other(const struct discovery *found)
{
	begin_line(found->dev, found->driver, found->module);
	if (found->what == UNENDED)
		seq_buf_puts(&line, ") is deferred: nothing in this image has ended that");
	else
		seq_buf_printf(&line, ") was deferred: %s", words[found->what]);
	initcall_discover_print(seq_buf_str(&line));
}

static void __init print_sum(const u32 *count)
{
	u32 what, total = 0;

	for (what = 0; what < NR_OUTCOMES; what++)
		total += count[what];
	seq_buf_init(&line, text, sizeof(text));
	seq_buf_printf(&line, "devices deferred: %u", total);
	for (what = NR_OUTCOMES; what-- > 0; )
		seq_buf_printf(&line, ", %u %s", count[what], words[what]);
	initcall_discover_print(seq_buf_str(&line));
}

static struct discovery * __init find(const struct device *dev)
{
	struct discovery *found;

	list_for_each_entry(found, &discoveries, list)
		if (found->dev == dev)
			return found;
	return NULL;
}

static struct discovery * __init find_or_add(struct device *dev)
{
	struct discovery *found = find(dev) ?: initcall_alloc(sizeof(*found));

	if (!found) {
		pr_err("%s: out of memory, what it waits for is not found out\n", dev_name(dev));
	} else if (!found->dev) {
		found->dev = get_device(dev);
		strscpy(found->driver, "unknown");
		found->deferred_in = plan->next;
		list_add_tail(&found->list, &discoveries);
	}
	return found;
}

static void __init note_driver(struct discovery *found, const struct device_driver *drv)
{
	strscpy(found->driver, drv->name);
	found->module = initcall_driver(drv)->module;
	if (current == plan->thread || !initcall_device(found->dev)->nr_scheduled)
		found->node = plan->next;
}

/* What was bound before the probe has not helped, what was bound meanwhile may. */
static void __init on_deferred(struct device *dev, const struct device_driver *drv)
{
	const struct initcall_device *device = initcall_device(dev);
	struct discovery *found = device->probing ? find_or_add(dev) : NULL;

	if (!found)
		return;
	note_driver(found, drv);
	found->what = UNENDED;
	found->deferred_in = plan->next;
	found->since = plan->now;
	found->missed = 0;
	if (last.at > device->began && last.task != current) {
		found->since = device->began;
		found->missed = last.module;
	}
	found->tried = found->since;
}

static void __init note_missing(const struct device *supplier, struct fwnode_handle *node)
{
	struct missing *missing = initcall_alloc(sizeof(*missing));

	if (!missing)
		return;
	*missing = candidate;
	get_device(missing->dev);
	missing->supplier = supplier;
	missing->node = fwnode_handle_get(node);
	list_add_tail(&missing->list, &all_missing);
}

static void __init forget_missing(struct missing *missing)
{
	list_del(&missing->list);
	fwnode_handle_put(missing->node);
	put_device(missing->dev);
	kvfree(missing);
}

/* A probe that is deferred has not gone on without. */
static void __init end_missing(const struct device *dev, bool forget)
{
	struct missing *missing, *next;

	list_for_each_entry_safe(missing, next, &all_missing, list) {
		if (missing->dev != dev)
			continue;
		missing->ended = true;
		if (forget)
			forget_missing(missing);
	}
}

/* The device of a node is that of the nearest node above it that has one. */
static bool __init is_supplier(const struct missing *missing, const struct device *dev)
{
	struct fwnode_handle *node = fwnode_handle_get(missing->node);
	bool is_meant;

	while (node && !node->dev)
		node = fwnode_get_next_parent(node);
	is_meant = node ? node->dev == dev : missing->supplier == dev;
	fwnode_handle_put(node);
	return is_meant;
}

static void __init print_missing(const struct missing *missing, const struct device *dev,
				 u32 module)
{
	begin_line(missing->dev, missing->driver, missing->module);
	seq_buf_printf(&line, ") did not wait for %s, which firmware says it needs: perhaps add=",
		       dev_name(dev));
	add_name(missing->module);
	seq_buf_putc(&line, ':');
	add_name(module);
	initcall_discover_print(seq_buf_str(&line));
}

/* Do declarations lead from the one to the other? Prerequisites come first in @sorted. */
static bool __init is_needed(u32 consumer, u32 prerequisite)
{
	struct initcall_graph *graph = &plan->graph;
	const struct initcall_link *need;
	u32 i, module;

	graph->mark += 3;
	graph->search[consumer].mark = graph->mark;
	for (i = graph->nr_sorted; i-- > 0; ) {
		module = graph->sorted[i];
		if (graph->search[module].mark != graph->mark)
			continue;
		need = initcall_needs(graph, module);
		for (; need < initcall_needs(graph, module + 1); need++)
			graph->search[need->module].mark = graph->mark;
	}
	return graph->search[prerequisite].mark == graph->mark;
}

/* A driver that did without a device that is bound now may have swallowed an error. */
static void __init find_missing(const struct device *dev, u32 module)
{
	struct missing *missing, *next;

	list_for_each_entry_safe(missing, next, &all_missing, list) {
		if (!missing->ended || !is_supplier(missing, dev))
			continue;
		if (missing->module != module && !is_needed(missing->module, module))
			print_missing(missing, dev, module);
		forget_missing(missing);
	}
}

static void __init follow_missing(enum initcall_event what, struct device *dev,
				  const struct device_driver *drv)
{
	switch (what) {
	case INITCALL_PROBE_BEGIN:
		end_missing(dev, true);
		candidate.dev = dev;
		candidate.module = initcall_driver(drv)->module;
		strscpy(candidate.driver, drv->name);
		device_walk_missing_suppliers(dev, note_missing);
		break;
	case INITCALL_PROBE_DEFERRED:
		end_missing(dev, true);
		break;
	case INITCALL_PROBE_END:
		end_missing(dev, false);
		break;
	case INITCALL_DEVICE_BOUND:
		find_missing(dev, initcall_driver(drv)->module);
		break;
	default:
		break;
	}
}

/* The other module of which a device was bound last since the deferral; @count of how many. */
static u32 __init find_other(const struct discovery *found, u32 *count)
{
	const struct initcall_module *modules = plan->graph.modules;
	u32 id, other = 0;

	for (id = 1; id < plan->graph.nr_modules; id++) {
		if (id == found->module || modules[id].bound_at <= found->since)
			continue;
		++*count;
		if (!other || modules[id].bound_at > modules[other].bound_at)
			other = id;
	}
	return other;
}

/* What has ended the deferral, and was it to be expected? */
static void __init judge(struct discovery *found)
{
	u32 module = plan->graph.nodes[found->node].module, ender = module, count = 0;
	u32 other = find_other(found, &count);

	if (found->missed && found->missed != found->module)
		ender = found->missed;
	else if (last_early.at > found->since && last_early.module != found->module)
		ender = last_early.module;
	else if (found->deferred_in == found->node && other)
		ender = other;
	if (ender == found->module)
		found->what = OWN;
	else if (!strcmp(path_of(ender), "drivers/base/dd"))
		found->what = TIMED_OUT;
	else if (is_needed(found->module, ender))
		found->what = DECLARED;
	else
		found->what = UNDECLARED;
	if (found->what == UNDECLARED)
		print_undeclared(found, ender, ender != module && count > 1);
}

static void __init on_bound(struct discovery *found, const struct device *dev,
			    const struct device_driver *drv)
{
	const struct initcall_device *device = initcall_device(dev);

	if (found && found->what == UNENDED) {
		note_driver(found, drv);
		judge(found);
	}
	changed = plan->now;
	last = (struct bound) { plan->now, initcall_driver(drv)->module, current };
	if (current != plan->thread && device->nr_scheduled && device->by &&
	    device->by != plan->graph.nodes[plan->next].module)
		last_early = last;
}

/**
 * initcall_discover_probe() - take note of an event, before the core does
 * @p: the plan
 * @what: what has happened
 * @dev: the device, or NULL
 * @drv: the driver, or NULL
 *
 * Context: __init, may sleep; driver_deferred_probe_mutex() is held.
 */
void __init initcall_discover_probe(struct initcall_plan *p, enum initcall_event what,
				    struct device *dev, const struct device_driver *drv)
{
	struct discovery *found;

	/* Tests say so in the thread that runs initcalls only. */
	if (!plan && !initcall_discovers())
		return;
	plan = p;
	follow_missing(what, dev, drv);
	found = find(dev);
	if (what == INITCALL_PROBE_SCHEDULED && found)
		found->node = plan->next;
	if (what == INITCALL_PROBE_DEFERRED)
		on_deferred(dev, drv);
	if (what == INITCALL_DEVICE_BOUND)
		on_bound(found, dev, drv);
}

/*
 * Of the devices for which anything has changed since they were deferred, the one
 * that was deferred last: there is least that can have ended that. A device that
 * is not known yet was deferred while it was matched.
 */
static void __init consider(struct device *dev)
{
	const struct initcall_device *device = initcall_device(dev);
	struct discovery *found;

	/* To probe it now would wait for the driver that does. */
	if (device->held_for || device->probing)
		return;
	found = find_or_add(dev);
	if (!found)
		return;
	found->what = UNENDED;
	if (found->tried < changed && (!due || due->tried < found->tried))
		due = found;
}

static bool __init find_due(void)
{
	mutex_lock(driver_deferred_probe_mutex());
	due = NULL;
	driver_deferred_probe_walk(consider);
	mutex_unlock(driver_deferred_probe_mutex());
	return due;
}

static bool __init take_due(struct device *dev)
{
	if (!due || due->dev != dev)
		return false;
	due->tried = plan->now;
	due = NULL;
	initcall_hold_take(dev);
	return true;
}

/* The device that is being probed again, asynchronously perhaps. */
static struct initcall_device *retried __initdata;

static bool __init is_over(void)
{
	return !READ_ONCE(retried->nr_scheduled) && !READ_ONCE(retried->probing);
}

/* One at a time: it may be what the next one waits for. */
static void __init retry(void)
{
	struct device *dev;
	u32 count;

	for (count = 0; count < MAX_RETRIES; count++) {
		if (given_up || !find_due())
			return;
		dev = due->dev;
		retried = initcall_device(dev);
		driver_deferred_probe_retry(take_due, NULL);
		if (!plan->patience)
			continue;
		plan->patience = driver_probe_wait(is_over, plan->patience);
		if (!plan->patience)
			pr_err("going on without %s: its probe still runs\n", dev_name(dev));
	}
	pr_err("%u retries after one initcall: no more is found out\n", count);
	given_up = true;
}

/* From deferred_probe_initcall() on, a work item probes deferred devices, too. */
static void __init wait_for_work(void)
{
	if (!plan->patience)
		return;
	plan->patience = driver_probe_wait(driver_probe_done, plan->patience);
	if (plan->patience)
		wait_for_device_probe();
	else
		pr_err("going on, though probes still run\n");
}

/**
 * initcall_discover_after() - probe deferred devices again, after an initcall
 * @p: the plan
 *
 * Context: __init, may sleep; probes devices.
 */
void __init initcall_discover_after(struct initcall_plan *p)
{
	if (!initcall_discovers())
		return;
	mutex_lock(driver_deferred_probe_mutex());
	plan = p;
	WRITE_ONCE(plan->now, plan->now + 1);
	changed = plan->now;
	mutex_unlock(driver_deferred_probe_mutex());
	if (plan->released)
		wait_for_work();
	retry();
}

static void __init compare(struct device *dev)
{
	if (dev == asked)
		asked = NULL;
}

static bool __init is_deferred(struct device *dev)
{
	asked = dev;
	driver_deferred_probe_walk(compare);
	return !asked;
}

/**
 * initcall_discover_finish() - print what has become of all, after the last initcall
 * @p: the plan
 *
 * Context: __init, may sleep; probes devices.
 */
void __init initcall_discover_finish(struct initcall_plan *p)
{
	struct discovery *found, *next;
	struct missing *missing, *after;
	u32 count[NR_OUTCOMES] = { };

	if (!initcall_discovers())
		return;
	plan = p;
	/* What asynchronous probes still bring counts as well. */
	wait_for_work();
	retry();
	initcall_probe_follow(NULL);
	list_for_each_entry_safe(found, next, &discoveries, list) {
		mutex_lock(driver_deferred_probe_mutex());
		if (found->what == UNENDED && !is_deferred(found->dev) &&
		    !initcall_device(found->dev)->probing)
			found->what = device_is_registered(found->dev) ? FAILED : GONE;
		mutex_unlock(driver_deferred_probe_mutex());
		if (found->what != UNDECLARED)
			print_other(found);
		count[found->what]++;
		list_del(&found->list);
		put_device(found->dev);
		kvfree(found);
	}
	list_for_each_entry_safe(missing, after, &all_missing, list)
		forget_missing(missing);
	print_sum(count);
	memset(&last, 0, sizeof(last));
	memset(&last_early, 0, sizeof(last_early));
	given_up = false;
	plan = NULL;
}
