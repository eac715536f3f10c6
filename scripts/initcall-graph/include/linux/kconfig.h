/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/kconfig.h>, on the host. */
#ifndef _HOST_LINUX_KCONFIG_H
#define _HOST_LINUX_KCONFIG_H

/* The tool can do whatever a kernel can be configured to do. */
#define IS_ENABLED(option)	1

#endif /* _HOST_LINUX_KCONFIG_H */
