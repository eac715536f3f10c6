/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/compiler.h>, on the host. */
#ifndef _HOST_LINUX_COMPILER_H
#define _HOST_LINUX_COMPILER_H

#define noinline	__attribute__((__noinline__))

#endif /* _HOST_LINUX_COMPILER_H */
