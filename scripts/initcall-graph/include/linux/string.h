/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/string.h>, on the host. */
#ifndef _HOST_LINUX_STRING_H
#define _HOST_LINUX_STRING_H

#include <string.h>

#endif /* _HOST_LINUX_STRING_H */
