// SPDX-License-Identifier: GPL-2.0
/*
 * A probe that goes on after it has returned
 */

#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/device/probe_work.h>
#include <linux/export.h>
#include <linux/initcall_probe.h>

#include "base.h"

/**
 * device_probe_work_begin() - part of a probe is left to a work item
 * @dev: the device, which is being probed, or bound to its driver
 *
 * Until device_probe_work_end(), the device counts as being probed: for
 * wait_for_device_probe(), for code that lets probing settle, and for whatever depends
 * on its driver.
 *
 * Each call must be followed by one of device_probe_work_end() before the device is
 * unbound, also if the work is cancelled. wait_for_device_probe() has no timeout, and
 * suspend calls it when freezable work queues are frozen. So what was begun must be
 * certain to end: begin when the work is queued, not when it is hoped for. A probe that
 * has begun must not return -EPROBE_DEFER any more: the end has deferred devices probed
 * again, this one, too, and so on.
 *
 * Context: any that may sleep.
 */
void device_probe_work_begin(struct device *dev)
{
	probe_started();
	atomic_inc(&dev->p->nr_probe_works);
	initcall_probe(INITCALL_PROBE_SCHEDULED, dev, dev->driver);
}
EXPORT_SYMBOL_GPL(device_probe_work_begin);

/**
 * device_probe_work_end() - that part of the probe is over
 * @dev: the device
 *
 * Deferred devices are probed again, as if a device had been bound.
 *
 * Context: any that may sleep.
 */
void device_probe_work_end(struct device *dev)
{
	atomic_dec(&dev->p->nr_probe_works);
	probe_work_done();
	initcall_probe(INITCALL_PROBE_UNSCHEDULED, dev, NULL);
	probe_ended();
}
EXPORT_SYMBOL_GPL(device_probe_work_end);
