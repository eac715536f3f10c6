/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/minmax.h>, on the host. */
#ifndef _HOST_LINUX_MINMAX_H
#define _HOST_LINUX_MINMAX_H

#define swap(a, b)			\
do {					\
	__typeof__(a) __swap = (a);	\
					\
	(a) = (b);			\
	(b) = __swap;			\
} while (0)

#endif /* _HOST_LINUX_MINMAX_H */
