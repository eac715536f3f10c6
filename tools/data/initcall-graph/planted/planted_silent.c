// SPDX-License-Identifier: GPL-2.0
/* Planted for the check of the build, see tools/check_planted.py: without an initcall */
#include <linux/initcall_depends.h>

initcall_depends("planted_first");
