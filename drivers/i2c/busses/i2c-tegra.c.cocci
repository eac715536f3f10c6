// SPDX-License-Identifier: GPL-2.0
// From Tegra186 on clocks and resets come from firmware, whose driver is linked later.

@include@
@@
#include <linux/init.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_platform_driver, initcall_depends;
@@
module_platform_driver(tegra_i2c_driver);
+ initcall_depends("tegra_bpmp");
