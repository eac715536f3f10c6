/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_INITCALL_HISTORY_H
#define _LINUX_INITCALL_HISTORY_H

#include <linux/errno.h>
#include <linux/types.h>

/**
 * struct initcall_history - what a built-in module has been through during boot
 * @called: when its first initcall was called
 * @done: when its last initcall, and all asynchronous probes that it has
 *	started or that are its drivers', had ended
 * @probed: when the first probe of a driver of it began
 * @bound: when the first device was bound to a driver of it
 *
 * Time is counted in events, from 1; 0 stands for never.
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

#endif /* _LINUX_INITCALL_HISTORY_H */
