// SPDX-License-Identifier: GPL-2.0
// K2G has clocks and power domains from firmware, whose driver is linked later.

@include@
@@
#include <linux/gpio/consumer.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_platform_driver, initcall_depends;
@@
module_platform_driver(davinci_spi_driver);
+ initcall_depends("ti_sci");
