/* SPDX-License-Identifier: GPL-2.0 */
/* What the files shared with the kernel want of <linux/types.h>, on the host. */
#ifndef _HOST_LINUX_TYPES_H
#define _HOST_LINUX_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

#endif /* _HOST_LINUX_TYPES_H */
