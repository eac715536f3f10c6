// SPDX-License-Identifier: GPL-2.0
// Applies: 7.2-
// IMA is started from here and looks for a TPM, which may have been deferred:
// the first pass over deferred devices comes first.

@include@
@@
#include <linux/init.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name late_initcall, initcall_depends;
@@
late_initcall(security_initcall_late);
+ initcall_depends("drivers/base/dd");
