// SPDX-License-Identifier: GPL-2.0
/*
 * The attribute "bound" of each driver in sysfs, by which userspace can wait for it
 *
 * See Documentation/ABI/testing/sysfs-bus-drivers-bound.
 */

#include <linux/device.h>
#include <linux/klist.h>
#include <linux/sysfs.h>

#include "base.h"

static ssize_t bound_show(struct device_driver *drv, char *buf)
{
	unsigned int count = 0;
	struct klist_iter iter;

	klist_iter_init(&drv->p->klist_devices, &iter);
	while (klist_next(&iter))
		count++;
	klist_iter_exit(&iter);
	return sysfs_emit(buf, "%u\n", count);
}

static DRIVER_ATTR_RO(bound);

static struct attribute *driver_attrs[] = {
	&driver_attr_bound.attr,
	NULL
};

static const struct attribute_group driver_group = {
	.attrs = driver_attrs,
};

const struct attribute_group *driver_default_groups[] = {
	&driver_group,
	NULL
};

/**
 * driver_bound_changed() - a driver has one device more, or one less
 * @drv: the driver
 *
 * Context: may sleep.
 */
void driver_bound_changed(const struct device_driver *drv)
{
	sysfs_notify(&drv->p->kobj, NULL, "bound");
}
