// SPDX-License-Identifier: GPL-2.0
// Probe looks for a TEE of OP-TEE's kind, and is deferred as long as there is none.

@include@
@@
#include <linux/acpi.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_init, initcall_depends;
@@
module_init(ftpm_mod_init);
+ initcall_depends("optee");
