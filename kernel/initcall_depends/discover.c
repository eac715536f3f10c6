// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Which declaration is missing
 *
 * With initcall_depends=discover, deferred devices are probed again behind each
 * initcall, see probes.c, one at a time, and again when any device has been bound.
 * So a device is bound behind the very initcall that has brought what it was waiting
 * for, and the module of that initcall is what its driver should have declared.
 *
 * There are better candidates than that module where a device has been bound since
 * the deferral, to a driver of another module: if the deferral was during or
 * behind that same initcall, or if the other device has been probed asynchronously since
 * an initcall before. Of several such devices the last one is taken, and the log
 * says that there are more.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/initcall_probe.h>
#include <linux/list.h>
#include <linux/printk.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "internal.h"

/* Longer than the path of any module. */
#define MAX_PATH	128

static const char * const words[INITCALL_NR_DISCOVERED] __initconst = {
	[INITCALL_UNENDED] = "unended",
	[INITCALL_FAILED] = "failed",
	[INITCALL_GONE] = "gone",
	[INITCALL_TIMED_OUT] = "timed out",
	[INITCALL_OWN] = "own",
	[INITCALL_DECLARED] = "declared",
	[INITCALL_UNDECLARED] = "undeclared",
};

/* The source file that an initcall stands in, NULL if it is not known. */
static const char * __init file_of(const struct initcall_plan *plan, u32 node)
{
	const initcall_entry_t *entry = __initcall_start + initcall_link_place(plan, node);
	const struct initcall_file_record *record;

	for (record = __start_initcall_files; record < __stop_initcall_files; record++)
		if (initcall_record_ptr(&record->entry) == entry)
			return initcall_record_ptr(&record->file);
	return NULL;
}

/* The first initcall in link order of a module, shuffled or not, or INITCALL_NONE. */
static u32 __init first_initcall(const struct initcall_plan *plan, u32 module)
{
	u32 i, place, first = INITCALL_NONE, found = INITCALL_NONE;

	for (i = 0; i < plan->graph.nr_nodes; i++) {
		place = initcall_link_place(plan, i);
		if (plan->nodes[i].module != module || place >= first)
			continue;
		first = place;
		found = i;
	}
	return found;
}

static const char * __init name_of(const struct initcall_plan *plan, u32 module)
{
	return initcall_names_get(&plan->names, module) ?: "?";
}

/* What to call a module in a declaration. */
static const char * __init declared_name(const struct initcall_plan *plan, u32 module,
					 char *path, size_t size)
{
	u32 node = first_initcall(plan, module);

	if (module >= plan->names.nr_modules)
		return "?";
	return initcall_names_declare(&plan->names, module,
				      node == INITCALL_NONE ? NULL : file_of(plan, node), path,
				      size) ?: name_of(plan, module);
}

static const char * __init consumer_file(const struct initcall_plan *plan,
					 const struct initcall_discovery *found)
{
	u32 node = found->registrar;

	if (node == INITCALL_NONE)
		node = first_initcall(plan, found->module);
	return (node == INITCALL_NONE ? NULL : file_of(plan, node)) ?: "?";
}

/* A device that has gone may come back, at the same address or not. */
static struct initcall_discovery * __init find(struct initcall_plan *plan, const struct device *dev)
{
	struct initcall_discovery *found;

	list_for_each_entry_reverse(found, &plan->discoveries, list)
		if ((!found->dev || found->dev == dev) && !strcmp(found->device, dev_name(dev)))
			return found;
	return NULL;
}

static bool __init has_ended(const struct initcall_discovery *found)
{
	return found->what > INITCALL_GONE;
}

/* Devices and drivers may go away, their names are needed at the end. */
static const char * __init copy(const char *name)
{
	size_t size = strlen(name) + 1;
	char *text = initcall_alloc(1, size);

	return text ? memcpy(text, name, size) : NULL;
}

static void __init free_one(struct initcall_discovery *found)
{
	kvfree(found->device);
	kvfree(found->driver);
	kvfree(found);
}

/* The driver that has deferred a device need not be the one that is bound to it. */
static bool __init set_driver(struct initcall_discovery *found,
			      const struct initcall_driver *driver)
{
	const char *name;

	if (!found->driver || strcmp(found->driver, driver->drv->name)) {
		name = copy(driver->drv->name);
		if (!name)
			return false;
		kvfree(found->driver);
		found->driver = name;
	}
	found->module = driver->module;
	found->registrar = driver->registrar;
	return true;
}

static struct initcall_discovery * __init add(struct initcall_plan *plan, const struct device *dev,
					      const struct initcall_driver *driver)
{
	struct initcall_discovery *found = initcall_alloc(1, sizeof(*found));

	if (!found)
		return NULL;
	found->device = copy(dev_name(dev));
	if (!found->device || !set_driver(found, driver)) {
		free_one(found);
		return NULL;
	}
	list_add_tail(&found->list, &plan->discoveries);
	return found;
}

/**
 * initcall_discover_deferred() - a device has been deferred
 * @plan: the plan; initcall_probe_mutex is held
 * @dev: the device
 * @driver: the driver that has done so
 * @missed: module to whose driver another device was bound during the probe, or
 *	INITCALL_NONE
 *
 * Context: __init, may sleep.
 */
void __init initcall_discover_deferred(struct initcall_plan *plan, const struct device *dev,
				       const struct initcall_driver *driver, u32 missed)
{
	struct initcall_discovery *found = find(plan, dev);

	if (!found || has_ended(found))
		found = add(plan, dev, driver);
	if (!found || !set_driver(found, driver)) {
		pr_err("out of memory: the deferral of %s is not followed\n", dev_name(dev));
		return;
	}
	found->dev = dev;
	found->nr_deferrals++;
	found->deferred_at = plan->nr_events;
	found->deferred_in = plan->node;
	found->last_bound = missed == driver->module ? INITCALL_NONE : missed;
	found->missed = found->last_bound != INITCALL_NONE;
	found->async = found->missed;
	found->nr_bound = found->missed;
	found->initcall = INITCALL_NONE;
	found->prerequisite = INITCALL_NONE;
	found->what = INITCALL_UNENDED;
	found->retried = false;
}

/**
 * initcall_discover_undeferred() - a device is not to be deferred any longer
 * @plan: the plan; initcall_probe_mutex is held
 * @dev: the device: it has been bound, or goes away
 *
 * Context: __init, any.
 */
void __init initcall_discover_undeferred(struct initcall_plan *plan, struct device *dev)
{
	struct initcall_discovery *found = find(plan, dev);

	if (!found || device_is_bound(dev))
		return;
	found->dev = NULL;
	if (!has_ended(found))
		found->what = INITCALL_GONE;
}

/**
 * initcall_discover_ended() - a probe has ended
 * @plan: the plan; initcall_probe_mutex is held
 * @dev: the device
 * @since: event number of the probe's beginning
 *
 * Unless it was deferred again, there is nothing more to wait for.
 *
 * Context: __init, any.
 */
void __init initcall_discover_ended(struct initcall_plan *plan, const struct device *dev, u32 since)
{
	struct initcall_discovery *found = find(plan, dev);

	if (!found || found->deferred_at >= since)
		return;
	found->retried = false;
	if (found->what == INITCALL_UNENDED)
		found->what = INITCALL_FAILED;
}

/* Who has ended the deferral, and is it a surprise? */
static void __init judge(struct initcall_plan *plan, struct initcall_discovery *found, u32 node)
{
	u32 ender = node == INITCALL_NONE ? INITCALL_NONE : plan->nodes[node].module;

	if (found->last_bound != INITCALL_NONE && (found->deferred_in == node || found->async))
		ender = found->last_bound;
	else if (ender == found->module)
		ender = INITCALL_NONE;
	found->initcall = node;
	found->prerequisite = ender;
	if (ender == INITCALL_NONE || node == INITCALL_NONE)
		found->what = INITCALL_OWN;
	else if (ender == plan->settler)
		found->what = INITCALL_TIMED_OUT;
	else if (found->module < plan->graph.nr_modules &&
		 initcall_probes_needs(plan, found->module, ender))
		found->what = INITCALL_DECLARED;
	else
		found->what = INITCALL_UNDECLARED;
}

static void __init tell(const struct initcall_plan *plan, const struct initcall_discovery *found)
{
	u32 module = plan->nodes[found->initcall].module;
	bool guess = found->prerequisite != module && found->nr_bound > 1;
	char path[MAX_PATH];

	pr_info("%s: %s (%s) was deferred, bound after %ps (%s): %s: initcall_depends(\"%s\")%s\n",
		found->device, found->driver, name_of(plan, found->module),
		initcall_function(plan, found->initcall), name_of(plan, module),
		consumer_file(plan, found),
		declared_name(plan, found->prerequisite, path, sizeof(path)),
		guess ? ", or another one that was bound meanwhile" : "");
}

static void __init note_bound(struct initcall_plan *plan, const struct initcall_discovery *bound,
			      u32 module, u32 node)
{
	bool async = current != plan->thread && node != plan->node;
	struct initcall_discovery *found;

	list_for_each_entry(found, &plan->discoveries, list) {
		if (found == bound || has_ended(found) || found->module == module)
			continue;
		if (current == plan->thread && found->retried)
			continue;	/* its own probe has done so */
		found->nr_bound++;
		if (found->missed || (found->async && !async))
			continue;
		found->last_bound = module;
		found->async = async;
	}
}

/**
 * initcall_discover_bound() - a device has been bound
 * @plan: the plan; initcall_probe_mutex is held
 * @dev: the device
 * @driver: its driver
 * @node: the initcall that had begun last when the probe began, or INITCALL_NONE
 *
 * Context: __init, may sleep.
 */
void __init initcall_discover_bound(struct initcall_plan *plan, const struct device *dev,
				    const struct initcall_driver *driver, u32 node)
{
	struct initcall_discovery *found = find(plan, dev);

	if (driver->module != INITCALL_NONE)
		note_bound(plan, found, driver->module, node);
	if (!found || has_ended(found) || !set_driver(found, driver))
		return;
	judge(plan, found, node);
	if (found->what == INITCALL_UNDECLARED)
		tell(plan, found);
}

/**
 * initcall_discover_waits() - is it one whose deferral has not ended yet
 * @plan: the plan; initcall_probe_mutex is held
 * @dev: the device
 *
 * Context: __init, any.
 * Return: whether it is.
 */
bool __init initcall_discover_waits(struct initcall_plan *plan, const struct device *dev)
{
	const struct initcall_discovery *found = find(plan, dev);

	return found && found->what == INITCALL_UNENDED;
}

/**
 * initcall_discover_find_due() - is it the deferred device to be retried next
 * @plan: the plan; initcall_probe_mutex is held
 * @dev: a deferred device
 *
 * Those are due for which anything has changed since their last deferral. Of these
 * the one comes first whose last deferral is the latest: there is least that
 * could have ended it.
 *
 * Context: __init, any.
 */
void __init initcall_discover_find_due(struct initcall_plan *plan, const struct device *dev)
{
	struct initcall_discovery *found = find(plan, dev);

	if (!found || (!found->missed && found->deferred_at >= plan->last_change))
		return;
	if (!plan->due || plan->due->deferred_at < found->deferred_at)
		plan->due = found;
}

/**
 * initcall_discover_take_due() - is it the device that initcall_discover_find_due() has found
 * @plan: the plan; initcall_probe_mutex is held
 * @dev: a deferred device, which is going to be retried if it is
 *
 * Context: __init, any.
 * Return: whether it is.
 */
bool __init initcall_discover_take_due(struct initcall_plan *plan, const struct device *dev)
{
	struct initcall_discovery *found = find(plan, dev);

	if (!found || found != plan->due)
		return false;
	plan->due = NULL;
	found->deferred_at = plan->nr_events;
	found->missed = false;
	found->retried = true;
	return true;
}

static struct initcall_plan *ending __initdata;

/* Reasons end in a newline. */
static bool __init tell_unended(struct device *dev, const char *reason)
{
	const struct initcall_discovery *found;

	guard(mutex)(&initcall_probe_mutex);
	found = find(ending, dev);
	if (found)
		pr_info("%s: %s (%s) is deferred, %s: nothing in this image has ended that: %s",
			found->device, found->driver, name_of(ending, found->module),
			consumer_file(ending, found), reason ?: "(reason unknown)\n");
	return false;
}

static void __init tell_sum(const struct initcall_plan *plan)
{
	u32 count[INITCALL_NR_DISCOVERED] = { }, what, total = 0;
	const struct initcall_discovery *found;
	char sum[128] = "";
	int len = 0;

	list_for_each_entry(found, &plan->discoveries, list) {
		count[found->what]++;
		total++;
	}
	for (what = INITCALL_NR_DISCOVERED; what-- > 0; )
		len += scnprintf(sum + len, sizeof(sum) - len, ", %u %s", count[what], words[what]);
	pr_info("devices deferred: %u%s\n", total, sum);
}

/**
 * initcall_discover_end() - tell whose deferral has not ended, and the sum
 * @plan: the plan, behind the last initcall
 *
 * Context: __init, may sleep.
 */
void __init initcall_discover_end(struct initcall_plan *plan)
{
	if (!plan->discover)
		return;
	ending = plan;
	if (!plan->discover_given_up)
		initcall_deferred_retry(tell_unended);
	guard(mutex)(&initcall_probe_mutex);
	tell_sum(plan);
}

/**
 * initcall_discover_free() - forget all of it
 * @plan: the plan
 *
 * Context: __init, may sleep.
 */
void __init initcall_discover_free(struct initcall_plan *plan)
{
	struct initcall_discovery *found, *next;

	if (!plan->discover)
		return;
	list_for_each_entry_safe(found, next, &plan->discoveries, list) {
		list_del(&found->list);
		free_one(found);
	}
}

static void __init write_name(const struct initcall_plan *plan, u32 module, struct seq_buf *text)
{
	char path[MAX_PATH];

	seq_buf_puts(text, module == INITCALL_NONE ? "-" :
		     declared_name(plan, module, path, sizeof(path)));
}

/**
 * initcall_discover_write() - all of it for programs, a line each, tabs between fields
 * @plan: the plan, behind the last initcall
 * @text: receives it
 *
 * Context: __init, any.
 */
void __init initcall_discover_write(const struct initcall_plan *plan, struct seq_buf *text)
{
	const struct initcall_discovery *found;
	u32 node;

	seq_buf_puts(text, "#what\tdeferrals\tdevice\tdriver\tconsumer\tfile\tinitcall\t");
	seq_buf_puts(text, "module\tbound\tprerequisite\n");
	list_for_each_entry(found, &plan->discoveries, list) {
		node = found->initcall;
		seq_buf_printf(text, "%s\t%u\t%s\t%s\t", words[found->what],
			       found->nr_deferrals, found->device, found->driver);
		write_name(plan, found->module, text);
		seq_buf_printf(text, "\t%s\t", consumer_file(plan, found));
		if (node == INITCALL_NONE)
			seq_buf_puts(text, "-\t-");
		else
			seq_buf_printf(text, "%ps\t%s", initcall_function(plan, node),
				       name_of(plan, plan->nodes[node].module));
		seq_buf_printf(text, "\t%u\t", found->nr_bound);
		write_name(plan, found->prerequisite, text);
		seq_buf_putc(text, '\n');
	}
}
