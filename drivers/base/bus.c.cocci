// SPDX-License-Identifier: GPL-2.0
// Which module does a driver belong to? To be known before devices are attached to it.

@added@
identifier priv;
@@
bus_add_driver(struct device_driver *drv)
{
...
drv->p = priv;
+ initcall_probe(INITCALL_DRIVER_ADDED, NULL, drv);
...
}
