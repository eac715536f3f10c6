// SPDX-License-Identifier: GPL-2.0
// EyeQ5 has its clocks and resets from drivers that come two levels later.

@include@
@@
#include <linux/init.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(nmk_i2c_init);
+ initcall_depends("clk_eyeq");
+ initcall_depends("reset_eyeq");
