// SPDX-License-Identifier: GPL-2.0
/*
 * What levels and states are called, in the log, in debugfs and by host tools.
 *
 * Free of kernel state, like order.c.
 */

#include <linux/init.h>

#include "order.h"
#include "words.h"

const char initcall_levels[][10] __initconst = {
	[INITCALL_LEVEL_EARLY] = "early",
	[INITCALL_LEVEL_PURE] = "pure",
	[INITCALL_LEVEL_CORE] = "core",
	[INITCALL_LEVEL_POSTCORE] = "postcore",
	[INITCALL_LEVEL_ARCH] = "arch",
	[INITCALL_LEVEL_SUBSYS] = "subsys",
	[INITCALL_LEVEL_FS] = "fs",
	[INITCALL_LEVEL_ROOTFS] = "rootfs",
	[INITCALL_LEVEL_DEVICE] = "device",
	[INITCALL_LEVEL_LATE] = "late",
};

const char initcall_states[][10] __initconst = {
	[INITCALL_EDGE_ABSENT] = "absent",
	[INITCALL_EDGE_AMBIGUOUS] = "ambiguous",
	[INITCALL_EDGE_DROPPED] = "dropped",
	[INITCALL_EDGE_MODULE] = "module",
	[INITCALL_EDGE_ORDERED] = "ordered",
	[INITCALL_EDGE_HELD] = "held back",
	[INITCALL_EDGE_RETRY] = "by retry",
	[INITCALL_EDGE_CYCLIC] = "cyclic",
	[INITCALL_EDGE_INVERTED] = "inverted",
};
