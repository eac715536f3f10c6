/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_INITCALL_PROBE_H
#define _LINUX_INITCALL_PROBE_H

/*
 * What the driver core tells initcall_depends() about probes
 *
 * A consumer should find its prerequisites bound, not just registered, so the
 * core of initcall_depends() has to know which probes are under way and which
 * devices were deferred, by whose driver. drivers/base/driver.c and dd.c call the
 * functions below. They are no-ops from the last initcall on (a static key), and
 * nothing at all without CONFIG_INITCALL_DEPENDS.
 */

#include <linux/jump_label.h>
#include <linux/types.h>

struct device;
struct device_driver;

/**
 * enum initcall_probe_event - what has happened in the driver core
 * @INITCALL_PROBE_DRIVER: a driver is about to be registered
 * @INITCALL_PROBE_DRIVER_ATTACH: a device and the new driver will be probed asynchronously
 * @INITCALL_PROBE_DRIVER_ATTACHED: that is over
 * @INITCALL_PROBE_DEVICE_ATTACH: a device will look for its driver asynchronously
 * @INITCALL_PROBE_DEVICE_ATTACHED: that is over
 * @INITCALL_PROBE_STARTED: a probe begins
 * @INITCALL_PROBE_DEFERRED: it is to be repeated later
 * @INITCALL_PROBE_UNDEFERRED: a device is not to be repeated: bound, or going away
 * @INITCALL_PROBE_BOUND: a device has got its driver
 * @INITCALL_PROBE_ENDED: a probe has ended, one way or the other
 */
enum initcall_probe_event {
	INITCALL_PROBE_DRIVER,
	INITCALL_PROBE_DRIVER_ATTACH,
	INITCALL_PROBE_DRIVER_ATTACHED,
	INITCALL_PROBE_DEVICE_ATTACH,
	INITCALL_PROBE_DEVICE_ATTACHED,
	INITCALL_PROBE_STARTED,
	INITCALL_PROBE_DEFERRED,
	INITCALL_PROBE_UNDEFERRED,
	INITCALL_PROBE_BOUND,
	INITCALL_PROBE_ENDED,
};

#ifdef CONFIG_INITCALL_DEPENDS
DECLARE_STATIC_KEY_FALSE(initcall_probe_key);
void initcall_probe_tell(enum initcall_probe_event event, struct device *dev,
			 const struct device_driver *drv);

#define initcall_probe_followed()	static_branch_unlikely(&initcall_probe_key)
#else
#define initcall_probe_followed()	false
static inline void initcall_probe_tell(enum initcall_probe_event event, struct device *dev,
				       const struct device_driver *drv) { }
#endif

/* One for each event. */
#define __INITCALL_PROBE(event, dev, drv)				\
do {									\
	if (initcall_probe_followed())					\
		initcall_probe_tell(INITCALL_PROBE_##event, dev, drv);	\
} while (0)

#define initcall_probe_driver(drv)		__INITCALL_PROBE(DRIVER, NULL, drv)
#define initcall_probe_driver_attach(dev, drv)	__INITCALL_PROBE(DRIVER_ATTACH, dev, drv)
#define initcall_probe_driver_attached(dev)	__INITCALL_PROBE(DRIVER_ATTACHED, dev, NULL)
#define initcall_probe_device_attach(dev, drv)	__INITCALL_PROBE(DEVICE_ATTACH, dev, drv)
#define initcall_probe_device_attached(dev)	__INITCALL_PROBE(DEVICE_ATTACHED, dev, NULL)
#define initcall_probe_started(dev, drv)	__INITCALL_PROBE(STARTED, dev, drv)
#define initcall_probe_deferred(dev, drv)	__INITCALL_PROBE(DEFERRED, dev, drv)
#define initcall_probe_undeferred(dev)		__INITCALL_PROBE(UNDEFERRED, dev, NULL)
#define initcall_probe_bound(dev)		__INITCALL_PROBE(BOUND, dev, (dev)->driver)
#define initcall_probe_ended(dev, drv)		__INITCALL_PROBE(ENDED, dev, drv)

#ifdef CONFIG_INITCALL_DEPENDS
/* For the core, kernel/initcall_depends/; implemented in drivers/base/initcall_depends.c. */
typedef void (*initcall_probe_fn)(enum initcall_probe_event event, struct device *dev,
				  const struct device_driver *drv);
typedef bool (*initcall_deferred_fn)(struct device *dev, const char *reason);

extern struct mutex initcall_probe_mutex;
void initcall_probe_follow(initcall_probe_fn fn);
bool initcall_deferred_retry(initcall_deferred_fn wanted);
bool initcall_deferred_busy(void);
void initcall_deferred_hold(bool hold);
#endif

#endif /* _LINUX_INITCALL_PROBE_H */
