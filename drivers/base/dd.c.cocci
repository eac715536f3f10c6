// SPDX-License-Identifier: GPL-2.0
// Tell initcall_depends(), as long as initcalls run, what becomes of probes, and
// let drivers/base/initcall_depends.c see the lists of deferred devices.

@include@
@@
#include <linux/init.h>
+ #include <linux/initcall_probe.h>

@mutex@
declarer name DEFINE_MUTEX;
@@
- static DEFINE_MUTEX(deferred_probe_mutex);
+ /* Protects the two lists. */
+ DEFINE_MUTEX(deferred_probe_mutex);

@pending@
declarer name LIST_HEAD;
@@
- static LIST_HEAD(deferred_probe_pending_list);
+ LIST_HEAD(deferred_probe_pending_list);

@active@
declarer name LIST_HEAD;
@@
- static LIST_HEAD(deferred_probe_active_list);
+ LIST_HEAD(deferred_probe_active_list);

@work@
declarer name DECLARE_WORK;
@@
- static DECLARE_WORK(deferred_probe_work, deferred_probe_work_func);
+ DECLARE_WORK(deferred_probe_work, deferred_probe_work_func);

@enable@
@@
- static bool driver_deferred_probe_enable;
+ bool driver_deferred_probe_enable;

@deferred@
@@
driver_probe_device(...)
{
<+...
driver_deferred_probe_add(dev);
+ initcall_probe_deferred(dev, drv);
...+>
}

@device_attach_deferred@
@@
__device_attach_driver(...)
{
<+...
driver_deferred_probe_add(dev);
+ initcall_probe_deferred(dev, drv);
...+>
}

@driver_attach_deferred@
@@
__driver_attach(...)
{
<+...
driver_deferred_probe_add(dev);
+ initcall_probe_deferred(dev, drv);
...+>
}

@started@
@@
driver_probe_device(...)
{
...
atomic_inc(&probe_count);
+ initcall_probe_started(dev, drv);
...
+ initcall_probe_ended(dev, drv);
atomic_dec(&probe_count);
...
}

@undeferred@
@@
driver_deferred_probe_del(struct device *dev)
{
...
mutex_unlock(&deferred_probe_mutex);
+ initcall_probe_undeferred(dev);
}

@bound@
@@
driver_bound(struct device *dev)
{
...
driver_deferred_probe_trigger();
+ initcall_probe_bound(dev);
...
}

@driver_attach@
@@
__driver_attach(...)
{
<+...
+ initcall_probe_driver_attach(dev, drv);
async_schedule_dev(__driver_attach_async_helper, dev);
...+>
}

@driver_attached@
@@
__driver_attach_async_helper(...)
{
...
+ initcall_probe_driver_attached(dev);
put_device(dev);
}

@data@
@@
struct device_attach_data {
...
bool have_async;
+ /* The first driver that does, for initcall_depends(). */
+ const struct device_driver *async_drv;
};

@data_drv@
@@
__device_attach_driver(...)
{
<+...
- if (async_allowed) data->have_async = true;
+ if (async_allowed && !data->have_async)
+ 	data->async_drv = drv;
+ data->have_async |= async_allowed;
...+>
}

@device_attach@
@@
__device_attach(...)
{
<+...
get_device(dev);
+ initcall_probe_device_attach(dev, data.async_drv);
async = true;
...+>
}

@device_attach_failed@
@@
__device_attach(...)
{
<...
+ initcall_probe_device_attached(dev);
put_device(dev);
ret = 2;
...>
}

@device_attached@
@@
__device_attach_async_helper(...)
{
...
+ initcall_probe_device_attached(dev);
put_device(dev);
}
