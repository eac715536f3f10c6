/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_WORDS_H
#define _INITCALL_DEPENDS_WORDS_H

/*
 * Names of levels and states, for the command line, the log, debugfs and
 * scripts/initcall-graph. Arrays, not pointers: a string literal would not be freed
 * after boot.
 */

#include <linux/compiler.h>
#include <linux/init.h>

#include "graph.h"

static const char initcall_level_words[][16] __initconst __maybe_unused = {
	[INITCALL_EARLY] = "early",
	[INITCALL_PURE] = "pure",
	[INITCALL_PURE_SYNC] = "pure_sync",
	[INITCALL_CORE] = "core",
	[INITCALL_CORE_SYNC] = "core_sync",
	[INITCALL_POSTCORE] = "postcore",
	[INITCALL_POSTCORE_SYNC] = "postcore_sync",
	[INITCALL_ARCH] = "arch",
	[INITCALL_ARCH_SYNC] = "arch_sync",
	[INITCALL_SUBSYS] = "subsys",
	[INITCALL_SUBSYS_SYNC] = "subsys_sync",
	[INITCALL_FS] = "fs",
	[INITCALL_FS_SYNC] = "fs_sync",
	[INITCALL_ROOTFS] = "rootfs",
	[INITCALL_ROOTFS_SYNC] = "rootfs_sync",
	[INITCALL_DEVICE] = "device",
	[INITCALL_DEVICE_SYNC] = "device_sync",
	[INITCALL_LATE] = "late",
	[INITCALL_LATE_SYNC] = "late_sync",
};

static const char initcall_state_words[][12] __initconst __maybe_unused = {
	[INITCALL_EDGE_ACTIVE] = "active",
	[INITCALL_EDGE_ABSENT] = "absent",
	[INITCALL_EDGE_AMBIGUOUS] = "ambiguous",
	[INITCALL_EDGE_DROPPED] = "dropped",
	[INITCALL_EDGE_CYCLE] = "cycle",
};

#endif /* _INITCALL_DEPENDS_WORDS_H */
