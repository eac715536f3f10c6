// SPDX-License-Identifier: GPL-2.0
/*
 * A module with MODULE_SOFTDEP() beside initcall_depends(), which modpost accepts
 * because the former includes the latter.
 */

#include <linux/initcall_depends.h>
#include <linux/module.h>

initcall_depends("tpm_crb");
MODULE_SOFTDEP("pre: tpm_crb initcall_supplier");

MODULE_DESCRIPTION("Soft dependencies of both kinds");
MODULE_LICENSE("GPL");
