/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/printk.h>, on the host. */
#ifndef _HOST_LINUX_PRINTK_H
#define _HOST_LINUX_PRINTK_H

#include <stdio.h>

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

/* The kernel's messages, which end in a newline. */
#define pr_err(fmt, ...)	fprintf(stderr, pr_fmt(fmt), ##__VA_ARGS__)

#endif /* _HOST_LINUX_PRINTK_H */
