// SPDX-License-Identifier: GPL-2.0
// Applies: 7.2-
// The FF-A device that it binds to is created by the FF-A transport driver.

@include@
@@
#include <linux/delay.h>
+ #include <linux/initcall_depends.h>

@declare@
declarer name module_ffa_driver, initcall_depends;
identifier driver;
@@
module_ffa_driver(driver);
+ initcall_depends("ffa_module");
