// SPDX-License-Identifier: GPL-2.0
/*
 * A module of two files. All that they declare becomes one soft dependency, in the
 * order of the lines, without the path. Line numbers have to be compared as
 * numbers, and within one file.
 */

#include <linux/initcall_depends.h>
#include <linux/module.h>

#line 99
initcall_depends("initcall_supplier");
initcall_depends("drivers/base/dd");
initcall_depends("tpm_crb");

MODULE_DESCRIPTION("Soft dependency of several lines");
MODULE_LICENSE("GPL");
