// SPDX-License-Identifier: GPL-2.0
/*
 * devices_settled in debugfs, beside devices_deferred: userspace can wait until no
 * probe runs.
 *
 * Each open() asks anew. read() blocks until there was a moment, after open(), at
 * which no probe was queued, scheduled or running; poll(2) wakes. What is deferred is
 * none of these.
 */

#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/device/driver.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/poll.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static DECLARE_WAIT_QUEUE_HEAD(settled_waitqueue);

/* Runs of the work; a file waits for one that began after open(). */
static atomic_long_t nr_begun, nr_ended;

static void settle_work_func(struct work_struct *work)
{
	long run = atomic_long_inc_return(&nr_begun);

	wait_for_device_probe();
	atomic_long_set(&nr_ended, run);
	wake_up_all(&settled_waitqueue);
}

static DECLARE_WORK(settle_work, settle_work_func);

static int devices_settled_open(struct inode *inode, struct file *file)
{
	file->private_data = (void *)(atomic_long_read(&nr_begun) + 1);
	queue_work(system_long_wq, &settle_work);
	return stream_open(inode, file);
}

static bool is_settled(const struct file *file)
{
	return atomic_long_read(&nr_ended) - (long)file->private_data >= 0;
}

/* After the answer, there is nothing more to read. */
static ssize_t devices_settled_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	static const char text[] = "settled\n";
	int err;

	if (!file->private_data)
		return 0;
	if (!is_settled(file) && (file->f_flags & O_NONBLOCK))
		return -EAGAIN;
	err = wait_event_interruptible(settled_waitqueue, is_settled(file));
	if (err)
		return err;
	len = min(len, sizeof(text) - 1);
	if (copy_to_user(buf, text, len))
		return -EFAULT;
	file->private_data = NULL;
	return len;
}

static __poll_t devices_settled_poll(struct file *file, struct poll_table_struct *wait)
{
	poll_wait(file, &settled_waitqueue, wait);
	return is_settled(file) ? EPOLLIN | EPOLLRDNORM : 0;
}

static const struct file_operations devices_settled_fops = {
	.owner = THIS_MODULE,
	.open = devices_settled_open,
	.read = devices_settled_read,
	.poll = devices_settled_poll,
};

static int __init devices_settled_init(void)
{
	debugfs_create_file("devices_settled", 0400, NULL, NULL, &devices_settled_fops);
	return 0;
}
late_initcall(devices_settled_init);
