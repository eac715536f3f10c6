/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/init.h>, on the host. */
#ifndef _HOST_LINUX_INIT_H
#define _HOST_LINUX_INIT_H

#define __init
#define __initconst

#endif /* _HOST_LINUX_INIT_H */
