// SPDX-License-Identifier: GPL-2.0
/*
 * driver_bound in debugfs: userspace can wait until a driver has bound a device.
 *
 * A file is asked by writing "<bus>:<driver>" into it, as sysfs names them. read()
 * blocks until a device is bound to that driver; poll(2) wakes. The driver need not be
 * registered yet.
 */

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/container_of.h>
#include <linux/debugfs.h>
#include <linux/device/bus.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/notifier.h>
#include <linux/overflow.h>
#include <linux/platform_device.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "base.h"

/**
 * struct bound_query - what a file was asked
 * @notifier: of the bus of the driver
 * @waitqueue: who reads or polls the file
 * @bus: the bus
 * @drivers: its drivers
 * @name: of the driver
 */
struct bound_query {
	struct notifier_block notifier;
	wait_queue_head_t waitqueue;
	struct subsys_private *bus;
	struct kset *drivers;
	char name[];
};

static int bound_query_notify(struct notifier_block *notifier, unsigned long event, void *dev)
{
	struct bound_query *query = container_of(notifier, struct bound_query, notifier);

	if (event == BUS_NOTIFY_BOUND_DRIVER)
		wake_up_all(&query->waitqueue);
	return NOTIFY_DONE;
}

static struct subsys_private *find_bus(const char *name)
{
	struct subsys_private *platform = bus_to_subsys(&platform_bus_type);
	struct kobject *bus = kset_find_obj(platform->subsys.kobj.kset, name);

	subsys_put(platform);
	return bus ? to_subsys_private(bus) : NULL;
}

static void bound_query_free(struct bound_query *query)
{
	blocking_notifier_chain_unregister(&query->bus->bus_notifier, &query->notifier);
	kset_put(query->drivers);
	subsys_put(query->bus);
	kfree(query);
}

static struct bound_query *bound_query_alloc(const char *bus_name, const char *driver_name)
{
	struct subsys_private *bus = find_bus(bus_name);
	size_t size = strlen(driver_name) + 1;
	struct bound_query *query;

	if (!bus)
		return ERR_PTR(-ENODEV);
	query = kzalloc(struct_size(query, name, size), GFP_KERNEL);
	if (!query) {
		subsys_put(bus);
		return ERR_PTR(-ENOMEM);
	}
	query->bus = bus;
	query->drivers = kset_get(bus->drivers_kset);
	memcpy(query->name, driver_name, size);
	init_waitqueue_head(&query->waitqueue);
	query->notifier.notifier_call = bound_query_notify;
	blocking_notifier_chain_register(&bus->bus_notifier, &query->notifier);
	return query;
}

/* Asked each time: the driver may come and go. */
static bool is_bound(const struct bound_query *query)
{
	struct kobject *driver = kset_find_obj(query->drivers, query->name);
	bool answer;

	if (!driver)
		return false;
	answer = !list_empty(&to_driver(driver)->klist_devices.k_list);
	kobject_put(driver);
	return answer;
}

static int driver_bound_open(struct inode *inode, struct file *file)
{
	file->private_data = NULL;
	return nonseekable_open(inode, file);
}

static ssize_t driver_bound_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct bound_query *query;
	char *bus, *driver;

	if (len >= PATH_MAX)
		return -EINVAL;
	char *text __free(kfree) = memdup_user_nul(buf, len);

	if (IS_ERR(text))
		return PTR_ERR(text);
	driver = strim(text);
	bus = strsep(&driver, ":");
	if (!driver)
		return -EINVAL;
	query = bound_query_alloc(bus, driver);
	if (IS_ERR(query))
		return PTR_ERR(query);
	if (!cmpxchg(&file->private_data, NULL, query))
		return len;
	bound_query_free(query);
	return -EBUSY;
}

static ssize_t driver_bound_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct bound_query *query = READ_ONCE(file->private_data);
	static const char text[] = "bound\n";
	int err;

	if (!query)
		return -EINVAL;
	if (!is_bound(query) && (file->f_flags & O_NONBLOCK))
		return -EAGAIN;
	err = wait_event_interruptible(query->waitqueue, is_bound(query));
	return err ?: simple_read_from_buffer(buf, len, pos, text, sizeof(text) - 1);
}

static __poll_t driver_bound_poll(struct file *file, struct poll_table_struct *wait)
{
	struct bound_query *query = READ_ONCE(file->private_data);

	if (!query)
		return EPOLLERR;
	poll_wait(file, &query->waitqueue, wait);
	return is_bound(query) ? EPOLLIN | EPOLLRDNORM : 0;
}

static int driver_bound_release(struct inode *inode, struct file *file)
{
	if (file->private_data)
		bound_query_free(file->private_data);
	return 0;
}

static const struct file_operations driver_bound_fops = {
	.owner = THIS_MODULE,
	.open = driver_bound_open,
	.write = driver_bound_write,
	.read = driver_bound_read,
	.poll = driver_bound_poll,
	.release = driver_bound_release,
};

static int __init driver_bound_init(void)
{
	debugfs_create_file("driver_bound", 0600, NULL, NULL, &driver_bound_fops);
	return 0;
}
late_initcall(driver_bound_init);
