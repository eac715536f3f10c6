// SPDX-License-Identifier: GPL-2.0
// K2G has clocks and power domains from firmware, and, like DA850, pins from a driver
// that comes two levels later.

@include@
@@
#include <linux/i2c.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(davinci_i2c_init_driver);
+ initcall_depends("pinctrl_single");
+ initcall_depends("sci_clk");
+ initcall_depends("ti_sci_pm_domains");
