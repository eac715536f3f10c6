// SPDX-License-Identifier: GPL-2.0
// Where OP-TEE is reached over FF-A, its device is created by the FF-A transport driver.

@include@
@@
#include <linux/errno.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_init, initcall_depends;
@@
module_init(optee_core_init);
+ initcall_depends("ffa_module");
