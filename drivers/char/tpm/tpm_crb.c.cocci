// SPDX-License-Identifier: GPL-2.0
// Applies: 7.2-
// Where the ACPI table says CRB over FF-A, probe needs tpm_crb_ffa bound.

@include@
@@
#include <linux/highmem.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_platform_driver, initcall_depends;
identifier driver;
@@
module_platform_driver(driver);
+ initcall_depends("tpm_crb_ffa");
