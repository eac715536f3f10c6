// SPDX-License-Identifier: GPL-2.0
/*
 * A module with a MODULE_SOFTDEP() that hides initcall_depends() from modprobe.
 */

#include <linux/initcall_depends.h>
#include <linux/module.h>

initcall_depends("tpm_crb");
initcall_depends("tpm_crb_ffa");
MODULE_SOFTDEP("post: initcall_supplier");

MODULE_DESCRIPTION("Soft dependencies that modprobe does not see");
MODULE_LICENSE("GPL");
