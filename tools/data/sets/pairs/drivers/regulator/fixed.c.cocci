// SPDX-License-Identifier: GPL-2.0
// The GPIO that switches it comes, on ASPEED's SoCs, two levels later.

@include@
@@
#include <linux/err.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(regulator_fixed_voltage_init);
+ initcall_depends("gpio_aspeed");
