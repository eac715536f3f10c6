// SPDX-License-Identifier: GPL-2.0
// The control family gets a netlink socket.

@include@
@@
#include <linux/idr.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name core_initcall, initcall_depends;
@@
core_initcall(genl_init);
+ initcall_depends("af_netlink");
