// SPDX-License-Identifier: GPL-2.0
// It votes for bandwidth on an interconnect; on these SoCs the driver of that is
// linked later.

@include@
@@
#include <linux/dma-mapping.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_platform_driver, initcall_depends;
@@
module_platform_driver(spi_geni_driver);
+ initcall_depends("icc_bcm_voter");
+ initcall_depends("qnoc_sc7180");
+ initcall_depends("qnoc_sc7280");
+ initcall_depends("qnoc_sc8180x");
+ initcall_depends("qnoc_sm6350");
+ initcall_depends("qnoc_sm8250");
