// SPDX-License-Identifier: GPL-2.0
// The K3 family has clocks and power domains from firmware, whose driver is linked
// later.

@include@
@@
#include <linux/gcd.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_platform_driver, initcall_depends;
@@
module_platform_driver(omap2_mcspi_driver);
+ initcall_depends("ti_sci");
