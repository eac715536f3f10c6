// SPDX-License-Identifier: GPL-2.0
// ZynqMP has clocks and power domains from firmware, whose driver is linked later.

@include@
@@
#include <linux/firmware/xlnx-zynqmp.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_platform_driver, initcall_depends;
@@
module_platform_driver(zynqmp_qspi_driver);
+ initcall_depends("zynqmp");
