/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/kstrtox.h>, on the host. */
#ifndef _HOST_LINUX_KSTRTOX_H
#define _HOST_LINUX_KSTRTOX_H

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include <linux/types.h>

/* The kernel's takes a sign '+' and a newline at the end as well. */
static inline int kstrtou64(const char *text, unsigned int base, u64 *number)
{
	const char *digits = *text == '+' ? text + 1 : text;
	char *end;

	errno = 0;
	*number = strtoull(digits, &end, base);
	if (*end == '\n')
		end++;
	return !isdigit(*digits) || *end || errno ? -EINVAL : 0;
}

#endif /* _HOST_LINUX_KSTRTOX_H */
