// SPDX-License-Identifier: GPL-2.0
/* More lines of softdep_order, one of which is in the other file, too. */

#include <linux/initcall_depends.h>

initcall_depends("tpm_crb_ffa");
initcall_depends("ffa_module");
initcall_depends("initcall_supplier");
