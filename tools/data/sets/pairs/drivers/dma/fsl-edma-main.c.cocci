// SPDX-License-Identifier: GPL-2.0
// i.MX93 and i.MX8ULP have its clocks from drivers that come two levels later; I2C and
// SPI controllers there cannot do without a channel.

@include@
@@
#include <linux/clk.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(fsl_edma_init);
+ initcall_depends("clk_imx8ulp");
+ initcall_depends("clk_imx93");
