/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/compiler.h>, on the host. */
#ifndef _HOST_LINUX_COMPILER_H
#define _HOST_LINUX_COMPILER_H

#define noinline	__attribute__((__noinline__))
#define __maybe_unused	__attribute__((__unused__))
#define __printf(a, b)	__attribute__((__format__(printf, a, b)))

#endif /* _HOST_LINUX_COMPILER_H */
