/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/overflow.h>, on the host. */
#ifndef _HOST_LINUX_OVERFLOW_H
#define _HOST_LINUX_OVERFLOW_H

#include <linux/types.h>

/* Like the kernel's: what does not fit becomes SIZE_MAX, which nobody can allocate. */
static inline size_t array_size(size_t a, size_t b)
{
	size_t bytes;

	return __builtin_mul_overflow(a, b, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t size_add(size_t a, size_t b)
{
	size_t bytes;

	return __builtin_add_overflow(a, b, &bytes) ? SIZE_MAX : bytes;
}

#endif /* _HOST_LINUX_OVERFLOW_H */
