// SPDX-License-Identifier: GPL-2.0
// The GPIOs that set it come, on ASPEED's SoCs, two levels later.

@include@
@@
#include <linux/err.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(gpio_regulator_init);
+ initcall_depends("gpio_aspeed");
