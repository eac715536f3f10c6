// SPDX-License-Identifier: GPL-2.0
/*
 * Which suppliers has a device been probed without?
 */

#include <linux/device.h>
#include <linux/fwnode.h>
#include <linux/init.h>
#include <linux/initcall_probe.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/property.h>
#include <linux/rculist.h>

#include "base.h"

static void __init walk_missing(struct fwnode_handle *fwnode, missing_supplier_fn fn)
{
	struct fwnode_link *link;

	list_for_each_entry(link, &fwnode->suppliers, c_hook)
		fn(NULL, link->supplier);
}

/* What becomes a device has suppliers of its own. */
static bool __init is_device_node(const struct fwnode_handle *fwnode)
{
	return fwnode_property_present(fwnode, "compatible");
}

/* A bus is linked to the suppliers of its children. */
static bool __init is_bus(const struct device *dev)
{
	struct fwnode_handle *child;
	bool found = false;

	device_for_each_child_node(dev, child)
		found |= is_device_node(child);
	return found;
}

/**
 * device_walk_missing_suppliers() - look at what firmware says that a device needs
 * @dev: a device that is about to be probed
 * @fn: called for each supplier that is not bound: with its device if there is one, else
 *	with its node
 *
 * fwnode_link_lock is held when the reason for a deferral is written down, which takes
 * driver_deferred_probe_mutex(). So that is not waited for here: if it is not free, only
 * suppliers that have a device are looked at.
 *
 * Context: __init, may sleep; the caller holds driver_deferred_probe_mutex().
 */
void __init device_walk_missing_suppliers(struct device *dev, missing_supplier_fn fn)
{
	struct fwnode_handle *child;
	struct device_link *link;
	int idx = device_links_read_lock();

	list_for_each_entry_rcu(link, &dev->links.suppliers, c_node, device_links_read_lock_held())
		if (link->supplier->links.status != DL_DEV_DRIVER_BOUND && !is_bus(dev))
			fn(link->supplier, NULL);
	device_links_read_unlock(idx);
	if (!dev->fwnode || !mutex_trylock(fwnode_link_mutex()))
		return;
	walk_missing(dev->fwnode, fn);
	device_for_each_child_node(dev, child)
		if (!is_device_node(child))
			walk_missing(child, fn);
	mutex_unlock(fwnode_link_mutex());
}
