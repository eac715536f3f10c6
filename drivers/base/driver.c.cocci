// SPDX-License-Identifier: GPL-2.0
// A driver belongs to the module whose initcall registers it.

@include@
@@
#include <linux/errno.h>
+ #include <linux/initcall_probe.h>

@added@
identifier drv;
@@
driver_register(struct device_driver *drv)
{
...
+ initcall_probe_driver(drv);
ret = bus_add_driver(drv);
...
}
