// SPDX-License-Identifier: GPL-2.0
// Devices of applications that store in RPMB, such as the fTPM, appear when an RPMB device
// has been found. That is the last part of the probe.

@include@
@@
#include <linux/crash_dump.h>
+ #include <linux/device/probe_work.h>

@end@
identifier optee;
@@
optee_bus_scan_rpmb(...)
{
...
struct optee *optee = ...;
...
if (!optee->rpmb_scan_bus_done) { ... }
+ device_probe_work_end(optee->dev);
}

@begin@
expression optee;
@@
optee_rpmb_intf_rdev(...)
{
...
- schedule_work(&optee->rpmb_scan_bus_work);
+ device_probe_work_begin(optee->dev);
+ if (!schedule_work(&optee->rpmb_scan_bus_work))
+ 	device_probe_work_end(optee->dev);
...
}

@cancel@
expression optee;
@@
optee_remove_common(...)
{
...
- cancel_work_sync(&optee->rpmb_scan_bus_work);
+ if (cancel_work_sync(&optee->rpmb_scan_bus_work))
+ 	device_probe_work_end(optee->dev);
...
}
