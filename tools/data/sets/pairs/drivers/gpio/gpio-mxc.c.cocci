// SPDX-License-Identifier: GPL-2.0
// The i.MX8M family has its clocks, and i.MX7 and i.MX8MQ the parent of the interrupt
// controller, from drivers that come two levels later.

@include@
@@
#include <linux/init.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(gpio_mxc_init);
+ initcall_depends("clk_imx8mm");
+ initcall_depends("clk_imx8mn");
+ initcall_depends("clk_imx8mp");
+ initcall_depends("clk_imx8mq");
+ initcall_depends("gpcv2");
