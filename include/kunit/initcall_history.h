/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KUNIT_INITCALL_HISTORY_H
#define _KUNIT_INITCALL_HISTORY_H

#include <linux/errno.h>
#include <linux/types.h>

/*
 * What modules have been through during boot, for include/kunit/initcall_depends.h
 */

/**
 * struct initcall_history - what a built-in module has been through during boot
 * @called: when its first initcall was called
 * @done: when its last initcall had returned, and the asynchronous probes that the
 *	module had started were over for the first time; a device that appears
 *	later does not change it
 * @probed: when a driver of it probed a device for the first time; a device that
 *	is held is not probed
 * @bound: when a device was bound to a driver of it for the first time
 *
 * Time is counted in events, from 1; 0 means never.
 */
struct initcall_history {
	u32 called;
	u32 done;
	u32 probed;
	u32 bound;
};

#ifdef CONFIG_INITCALL_DEPENDS_DEBUGFS
int initcall_history_find(const char *module, struct initcall_history *history);
#else
static inline int initcall_history_find(const char *module, struct initcall_history *history)
{
	return -EOPNOTSUPP;
}
#endif

#endif /* _KUNIT_INITCALL_HISTORY_H */
