// SPDX-License-Identifier: GPL-2.0
// On these SoCs the wrapper itself, which makes the I2C and SPI controllers, votes for
// bandwidth on an interconnect whose driver is linked later.

@include@
@@
#include <linux/clk.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_platform_driver, initcall_depends;
@@
module_platform_driver(geni_se_driver);
+ initcall_depends("icc_bcm_voter");
+ initcall_depends("qnoc_sdm670");
+ initcall_depends("qnoc_sdm845");
