// SPDX-License-Identifier: GPL-2.0
// Under pKVM, FF-A calls go through the hypervisor, and probe is deferred until
// finalize_pkvm(), a device_initcall_sync() of kvm, has run.

@include@
@@
#include <linux/hashtable.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_init, rootfs_initcall, initcall_depends;
@@
(
module_init(ffa_init);
+ initcall_depends("kvm");
|
rootfs_initcall(ffa_init);
+ initcall_depends("kvm");
)
