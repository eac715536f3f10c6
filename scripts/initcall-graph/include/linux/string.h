/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/string.h>, on the host. */
#ifndef _HOST_LINUX_STRING_H
#define _HOST_LINUX_STRING_H

#include <string.h>

static inline const char *kbasename(const char *path)
{
	const char *tail = strrchr(path, '/');

	return tail ? tail + 1 : path;
}

#endif /* _HOST_LINUX_STRING_H */
