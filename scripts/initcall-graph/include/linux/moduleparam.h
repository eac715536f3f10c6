/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/moduleparam.h>, on the host. */
#ifndef _HOST_LINUX_MODULEPARAM_H
#define _HOST_LINUX_MODULEPARAM_H

#include <stdbool.h>

/* Are two names the same, '-' and '_' being equal? */
static inline bool parameq(const char *a, const char *b)
{
	while (*a && (*a == '-' ? '_' : *a) == (*b == '-' ? '_' : *b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

#endif /* _HOST_LINUX_MODULEPARAM_H */
