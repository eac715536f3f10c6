// SPDX-License-Identifier: GPL-2.0
// Armada 3700 has clocks and pins, PXA1908 clocks, from drivers that come two levels
// later.

@include@
@@
#include <linux/init.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(i2c_adap_pxa_init);
+ initcall_depends("armada_37xx_periph");
+ initcall_depends("clk_pxa1908_apbc");
+ initcall_depends("clk_pxa1908_apbcp");
+ initcall_depends("pinctrl_armada_37xx");
