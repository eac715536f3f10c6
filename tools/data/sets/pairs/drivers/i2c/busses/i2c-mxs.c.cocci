// SPDX-License-Identifier: GPL-2.0
// It cannot do without its DMA channel, whose driver comes two levels later.

@include@
@@
#include <linux/i2c.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name subsys_initcall, initcall_depends;
@@
subsys_initcall(mxs_i2c_init);
+ initcall_depends("mxs_dma");
