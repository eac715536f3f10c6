// SPDX-License-Identifier: GPL-2.0
/*
 * What initcall_depends() needs of the driver core
 *
 * The core, kernel/initcall_depends/, is init code. What stays is the way to it,
 * and a static key that is off after boot.
 */

#include <linux/device.h>
#include <linux/init.h>
#include <linux/initcall_probe.h>
#include <linux/jump_label.h>
#include <linux/mutex.h>

#include "base.h"

DEFINE_STATIC_KEY_FALSE(initcall_probe_key);

/* That of the deferred probe; protects the follower, and all that the core knows. */
static struct mutex *mutex __ro_after_init;
static initcall_event_fn follower;

/**
 * __initcall_probe() - report an event to the core, or ask it
 * @what: what has happened
 * @dev: the device, or NULL
 * @drv: the driver, or NULL
 *
 * Context: may sleep.
 * Return: the answer, see enum initcall_event.
 */
bool __initcall_probe(enum initcall_event what, struct device *dev,
		      const struct device_driver *drv)
{
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
	scoped_guard(mutex, mutex)
		follower = fn;
	if (fn)
		static_branch_enable(&initcall_probe_key);
	else
		static_branch_disable(&initcall_probe_key);
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
