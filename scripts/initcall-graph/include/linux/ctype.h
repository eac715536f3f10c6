/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/ctype.h>, on the host. */
#ifndef _HOST_LINUX_CTYPE_H
#define _HOST_LINUX_CTYPE_H

#include <ctype.h>

#endif /* _HOST_LINUX_CTYPE_H */
