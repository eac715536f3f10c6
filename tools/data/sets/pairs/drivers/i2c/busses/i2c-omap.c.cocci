// SPDX-License-Identifier: GPL-2.0
// The K3 family has clocks and power domains from firmware, over TI SCI or SCMI, and,
// like AM33xx and AM43xx, pins from a driver that comes two levels later.

@include@
@@
#include <linux/i2c.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(omap_i2c_init_driver);
+ initcall_depends("pinctrl_single");
+ initcall_depends("sci_clk");
+ initcall_depends("scmi_clk");
+ initcall_depends("scmi_pm_domain");
+ initcall_depends("ti_sci_pm_domains");
