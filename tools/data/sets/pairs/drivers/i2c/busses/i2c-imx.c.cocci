// SPDX-License-Identifier: GPL-2.0
// Of the SoCs that it knows, the i.MX8M family has its clocks, S32G clocks and pins,
// LX2160A pins, and i.MX7 and i.MX8MQ the parent of the interrupt controller, from
// drivers that come two levels later. Where a board names GPIOs for bus recovery,
// these wait for the same clocks.

@include@
@@
#include <linux/init.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(i2c_adap_imx_init);
+ initcall_depends("clk_imx8mm");
+ initcall_depends("clk_imx8mn");
+ initcall_depends("clk_imx8mp");
+ initcall_depends("clk_imx8mq");
+ initcall_depends("gpcv2");
+ initcall_depends("gpio_mxc");
+ initcall_depends("pinctrl_s32g2");
+ initcall_depends("pinctrl_single");
+ initcall_depends("scmi_clk");
