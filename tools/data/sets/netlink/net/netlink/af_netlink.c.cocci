// SPDX-License-Identifier: GPL-2.0
// rtnetlink_init() makes a socket: the file system of sockets has to be mounted.

@include@
@@
#include <linux/init.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name core_initcall, initcall_depends;
@@
core_initcall(netlink_proto_init);
+ initcall_depends("socket");
