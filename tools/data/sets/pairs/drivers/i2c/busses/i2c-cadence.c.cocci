// SPDX-License-Identifier: GPL-2.0
// ZynqMP and Versal Net have clocks and power domains from firmware, whose driver is
// linked later.

@include@
@@
#include <linux/i2c.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_platform_driver, initcall_depends;
@@
module_platform_driver(cdns_i2c_drv);
+ initcall_depends("zynqmp");
