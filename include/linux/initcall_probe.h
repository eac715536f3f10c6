/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_INITCALL_PROBE_H
#define _LINUX_INITCALL_PROBE_H

/*
 * Interface between the driver core and kernel/initcall_depends/
 *
 * Until the first late_initcall() the driver core reports what happens to probes,
 * and asks whether a device has to be held. Before and after, and where no dependency
 * is declared, all that this costs is a look at a pointer.
 */

#include <linux/types.h>

struct device;
struct device_driver;
struct fwnode_handle;

/* What device_walk_missing_suppliers() calls: with a device, or with a node that is none. */
typedef void (*missing_supplier_fn)(const struct device *supplier, struct fwnode_handle *node);
void device_walk_missing_suppliers(struct device *dev, missing_supplier_fn fn);

/**
 * enum initcall_event - what has happened
 * @INITCALL_DRIVER_ADDED: a driver is about to be attached to devices
 * @INITCALL_PROBE_MATCHED: a device matches a driver that is probed asynchronously
 * @INITCALL_PROBE_SCHEDULED: a device will be probed, by that driver or by any, or its
 *	probe goes on after it has returned
 * @INITCALL_PROBE_UNSCHEDULED: the scheduled probe has run, or will not
 * @INITCALL_PROBE_BEGIN: a driver is about to probe a device; if the answer is true,
 *	the device is deferred instead, as after a probe that has returned -EPROBE_DEFER,
 *	so that other drivers get their turn
 * @INITCALL_PROBE_DEFERRED: the driver is done with it; the device is deferred, and in
 *	the list unless device_driver_attach() has probed it
 * @INITCALL_PROBE_END: the driver is done with it, with any other result
 * @INITCALL_DEVICE_BOUND: a device is bound to its driver
 */
enum initcall_event {
	INITCALL_DRIVER_ADDED,
	INITCALL_PROBE_MATCHED,
	INITCALL_PROBE_SCHEDULED,
	INITCALL_PROBE_UNSCHEDULED,
	INITCALL_PROBE_BEGIN,
	INITCALL_PROBE_DEFERRED,
	INITCALL_PROBE_END,
	INITCALL_DEVICE_BOUND,
};

#ifdef CONFIG_INITCALL_DEPENDS

/**
 * struct initcall_device - what is known of a device, part of struct device_private
 * @since: when the driver on behalf of which it is deferred began to probe it, or was
 *	kept from it
 * @began: when a driver was last about to probe it, 0 for never
 * @module: module of the driver on behalf of which the device is deferred, or was when
 *	another one bound it; 0 again when a driver of that module has its turn
 * @held_for: module for which the device is held, or was until then; 0 if it is not
 * @prober: module of the driver that probes it, or has done so last
 * @matched: module of an asynchronous driver that matches
 * @of: module of the driver that is going to probe it; of several, one in a dependency
 * @by: module whose initcall or probe has scheduled it, perhaps by way of others
 * @nr_scheduled: number of scheduled probes
 * @nr_retries: how often it was taken from the list of deferred devices
 * @probing: a driver is probing it
 *
 * It stays after boot, and would not fit with numbers of 32 bits into what the slab
 * gives for a struct device_private anyway.
 */
struct initcall_device {
	u32 since;
	u32 began;
	u16 module;
	u16 held_for;
	u16 prober;
	u16 matched;
	u16 of;
	u16 by;
	u16 nr_scheduled;
	u8 nr_retries;
	bool probing;
};

/**
 * struct initcall_driver - what is known of a driver, part of struct driver_private
 * @module: number of its module, 0 if that is not known
 */
struct initcall_driver {
	u16 module;
};

bool initcall_probe(enum initcall_event what, struct device *dev, const struct device_driver *drv);

#else

struct initcall_device { };
struct initcall_driver { };

static inline bool initcall_probe(enum initcall_event what, struct device *dev,
				  const struct device_driver *drv)
{
	return false;
}

#endif /* CONFIG_INITCALL_DEPENDS */

typedef bool (*initcall_event_fn)(enum initcall_event what, struct device *dev,
				  const struct device_driver *drv);

void initcall_probe_follow(initcall_event_fn fn);
struct initcall_device *initcall_device(const struct device *dev);
struct initcall_driver *initcall_driver(const struct device_driver *drv);

#endif /* _LINUX_INITCALL_PROBE_H */
