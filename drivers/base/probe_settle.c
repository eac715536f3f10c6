// SPDX-License-Identifier: GPL-2.0
/*
 * Probing deferred devices before deferred_probe_initcall() does
 */

#define pr_fmt(fmt) "driver core: " fmt

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/spinlock.h>

#include "base.h"

/* What driver_probe_settle() was given; it runs in one thread at a time. */
static bool (*is_found)(void) __initdata;
static unsigned long deadline __initdata;

/* Of the current round: devices that it has not probed yet, and what was bound before. */
static unsigned int nr_left __initdata;
static int nr_bound __initdata;

static bool __init is_over(void)
{
	return is_found() || !time_before(jiffies, deadline);
}

static void __init count_deferred(struct device *dev)
{
	nr_left++;
}

static bool __init take_next(struct device *dev)
{
	return nr_left && nr_left--;
}

static bool __init has_changed(void)
{
	return nr_bound != driver_bound_count() || driver_probe_done();
}

/* Each device that is probed may be what is looked for. */
static void __init settle_round(void)
{
	nr_left = 0;
	mutex_lock(driver_deferred_probe_mutex());
	driver_deferred_probe_walk(count_deferred);
	mutex_unlock(driver_deferred_probe_mutex());
	driver_deferred_probe_retry(take_next, is_over);
	while (!is_over() && !has_changed())
		driver_probe_wait(has_changed, max_t(long, deadline - jiffies, 1));
}

static void __init report_deferred(struct device *dev)
{
	dev_info(dev, "still deferred: %s", dev->p->deferred_probe_reason ?: "(reason unknown)\n");
}

/* What is not waited for any more. */
static void __init report_in_flight(void)
{
	struct device *dev;

	guard(spinlock)(&devices_kset->list_lock);
	list_for_each_entry(dev, &devices_kset->list, kobj.entry)
		if (READ_ONCE(dev->links.status) == DL_DEV_PROBING ||
		    atomic_read(&dev->p->nr_probe_works))
			dev_warn(dev, "still being probed\n");
}

/**
 * driver_probe_settle() - probe deferred devices before deferred_probe_initcall() does
 * @found: whether what the caller needs is there; called with no locks held, may sleep
 * @timeout: in jiffies; a probe that runs in this thread is not interrupted, but is the
 *	last one then
 *
 * Probes deferred devices, and waits for asynchronous probes, until @found, or
 * until nothing more binds. deferred_probe_initcall() does its work as before.
 *
 * A probe that was in flight when a round began may be deferred at its end, when what
 * it needs is bound already. So there is another round then.
 *
 * Context: __init, from late_initcall() on; may sleep; probes devices, so no lock may be
 * held.
 * Return: what @found says in the end; if that is false, the log has what is still
 * deferred, and what is still being probed.
 */
bool __init driver_probe_settle(bool (*found)(void), unsigned long timeout)
{
	unsigned long start = jiffies;
	bool in_flight;

	is_found = found;
	deadline = start + timeout;
	do {
		in_flight = !driver_probe_done();
		nr_bound = driver_bound_count();
		settle_round();
	} while (!is_over() && (in_flight || nr_bound != driver_bound_count()));
	if (found())
		return true;
	if (!time_before(jiffies, deadline)) {
		pr_warn("probes are not over after %u ms\n", jiffies_to_msecs(jiffies - start));
		report_in_flight();
	}
	mutex_lock(driver_deferred_probe_mutex());
	driver_deferred_probe_walk(report_deferred);
	mutex_unlock(driver_deferred_probe_mutex());
	return false;
}
