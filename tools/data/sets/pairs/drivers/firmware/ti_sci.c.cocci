// SPDX-License-Identifier: GPL-2.0
// The firmware is reached over a mailbox, which is linked later.

@include@
@@
#include <linux/export.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_platform_driver, initcall_depends;
@@
module_platform_driver(ti_sci_driver);
+ initcall_depends("ti_msgmgr");
