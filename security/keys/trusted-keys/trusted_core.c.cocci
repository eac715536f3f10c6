// SPDX-License-Identifier: GPL-2.0
// A trust source such as a TPM may have been deferred: the first pass over
// deferred devices comes first.

@include@
@@
#include <linux/init.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name late_initcall, initcall_depends;
@@
late_initcall(init_trusted);
+ initcall_depends("drivers/base/dd");
