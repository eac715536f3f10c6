// SPDX-License-Identifier: GPL-2.0
// Applies: -7.1
// IMA looks for a TPM, which may have been deferred: the first pass over
// deferred devices comes first. Later kernels start IMA from security/lsm_init.c.

@include@
@@
#include <linux/ima.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name late_initcall, initcall_depends;
@@
late_initcall(init_ima);
+ initcall_depends("drivers/base/dd");
