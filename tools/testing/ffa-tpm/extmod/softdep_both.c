// SPDX-License-Identifier: GPL-2.0
/*
 * A module out of tree with soft dependencies of both kinds, and a path, of
 * which there can be none.
 */

#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int __init softdep_both_init(void)
{
	return 0;
}
module_init(softdep_both_init);
initcall_depends("tpm_crb");
initcall_depends("drivers/base/dd");
MODULE_SOFTDEP("pre: initcall_supplier");

static void __exit softdep_both_exit(void)
{
}
module_exit(softdep_both_exit);

MODULE_DESCRIPTION("Soft dependencies of both kinds");
MODULE_LICENSE("GPL");
