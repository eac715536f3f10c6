// SPDX-License-Identifier: GPL-2.0
/*
 * What initcall_depends() needs of the driver core
 *
 * The core, kernel/initcall_depends/, is init code. What stays is a call that does
 * nothing before and after.
 *
 * A pointer decides that, not a static key: to look at it a few thousand times in a
 * boot costs less than to patch the code twice.
 */

#include <linux/device.h>
#include <linux/init.h>
#include <linux/initcall_probe.h>
#include <linux/mutex.h>
#include <asm/barrier.h>

#include "base.h"

/* That of the deferred probe; protects the follower, and all that the core knows. */
static struct mutex *mutex __ro_after_init;
static initcall_event_fn follower __ro_after_init;

/**
 * initcall_probe() - report an event to the core, or ask it
 * @what: what has happened
 * @dev: the device, or NULL
 * @drv: the driver, or NULL
 *
 * Context: may sleep.
 * Return: the answer, see enum initcall_event.
 */
bool initcall_probe(enum initcall_event what, struct device *dev, const struct device_driver *drv)
{
	/* Pairs with the store in initcall_probe_follow(). */
	if (!smp_load_acquire(&follower))
		return false;
	guard(mutex)(mutex);
	return follower && follower(what, dev, drv);
}

/**
 * initcall_probe_follow() - follow what happens to probes
 * @fn: called with driver_deferred_probe_mutex() held; NULL to follow no longer,
 *	in which case no thread is in the former function any more on return
 *
 * Context: __init, may sleep.
 */
void __init initcall_probe_follow(initcall_event_fn fn)
{
	mutex = driver_deferred_probe_mutex();
	guard(mutex)(mutex);
	/* Where the follower is seen, the mutex has to be seen. */
	smp_store_release(&follower, fn);
}

/**
 * initcall_device() - what the core knows of a device
 * @dev: a device that has been added
 *
 * Context: __init, any.
 * Return: where that is; NULL for a device that has not been added.
 */
struct initcall_device * __init initcall_device(const struct device *dev)
{
	return dev->p ? &dev->p->initcall : NULL;
}

/**
 * initcall_driver() - what the core knows of a driver
 * @drv: a driver that has been registered
 *
 * Context: __init, any.
 * Return: where that is.
 */
struct initcall_driver * __init initcall_driver(const struct device_driver *drv)
{
	return &drv->p->initcall;
}
