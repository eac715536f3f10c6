// SPDX-License-Identifier: GPL-2.0
/*
 * What initcall_depends() needs of the driver core: to be told about probes, and
 * to retry deferred devices of its choice.
 *
 * As long as initcalls run, initcall_probe_tell() is called from any thread that
 * registers a driver or probes a device. It is all that stays after that, behind
 * a static key that is off; what it calls is init code, hence the mutex.
 */

#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/initcall_probe.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "base.h"

DEFINE_STATIC_KEY_FALSE(initcall_probe_key);

/* Protects the follower, and all that it knows of probes. */
DEFINE_MUTEX(initcall_probe_mutex);
static initcall_probe_fn follower;

/**
 * initcall_probe_tell() - tell initcall_depends() what has happened
 * @event: what
 * @dev: the device, or NULL
 * @drv: the driver, or NULL
 *
 * Context: may sleep; takes initcall_probe_mutex.
 */
void initcall_probe_tell(enum initcall_probe_event event, struct device *dev,
			 const struct device_driver *drv)
{
	/* It was no time to defer it, and the driver core has not done so. */
	if (event == INITCALL_PROBE_DEFERRED && list_empty(&dev->p->deferred_probe))
		return;
	guard(mutex)(&initcall_probe_mutex);
	if (follower)
		follower(event, dev, drv);
}

/**
 * initcall_probe_follow() - listen to the driver core
 * @fn: called for each event, with initcall_probe_mutex held; NULL to listen no
 *	longer: nobody is in the former function any more on return
 *
 * Context: __init, may sleep.
 */
void __init initcall_probe_follow(initcall_probe_fn fn)
{
	scoped_guard(mutex, &initcall_probe_mutex)
		follower = fn;
	if (fn)
		static_branch_enable(&initcall_probe_key);
	else
		static_branch_disable(&initcall_probe_key);
}

/**
 * initcall_deferred_retry() - probe deferred devices now, in this thread
 * @wanted: called for each deferred device, with the reason that was given for
 *	its deferral, or NULL; says which to probe; deferred_probe_mutex is held
 *
 * Does for these devices what the deferred probe work does for all, which is
 * not enabled before late_initcall. A driver that prefers to be probed
 * asynchronously will be.
 *
 * Context: __init, may sleep; probes devices, so no lock may be held.
 * Return: whether there was any.
 */
bool __init initcall_deferred_retry(initcall_deferred_fn wanted)
{
	struct device_private *private, *next;
	bool any = false;

	scoped_guard(mutex, &deferred_probe_mutex) {
		list_for_each_entry_safe(private, next, &deferred_probe_pending_list,
					 deferred_probe) {
			if (!wanted(private->device, private->deferred_probe_reason))
				continue;
			list_move_tail(&private->deferred_probe, &deferred_probe_active_list);
			any = true;
		}
	}
	if (any)
		deferred_probe_work.func(&deferred_probe_work);
	return any;
}

/**
 * initcall_deferred_busy() - is the deferred probe work under way
 *
 * Context: __init, may sleep.
 * Return: whether it has something to do, or does it.
 */
bool __init initcall_deferred_busy(void)
{
	guard(mutex)(&deferred_probe_mutex);
	return !list_empty(&deferred_probe_active_list) || work_busy(&deferred_probe_work);
}

/**
 * initcall_deferred_hold() - switch the deferred probe work off or on
 * @hold: true to have it as it is before late_initcall; false to have it as it is
 *	from then on, with a first pass over deferred devices
 *
 * For tests, which have to see who retries a device.
 *
 * Context: __init, may sleep.
 */
void __init initcall_deferred_hold(bool hold)
{
	driver_deferred_probe_enable = !hold;
	driver_deferred_probe_trigger();
	flush_work(&deferred_probe_work);
}
