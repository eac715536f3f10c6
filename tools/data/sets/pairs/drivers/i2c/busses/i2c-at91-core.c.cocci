// SPDX-License-Identifier: GPL-2.0
// SAMA5D2 has its pins from a driver that comes two levels later.

@include@
@@
#include <linux/i2c.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(at91_twi_init);
+ initcall_depends("pinctrl_at91_pio4");
