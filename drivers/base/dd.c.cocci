// SPDX-License-Identifier: GPL-2.0
// Deferred devices can be probed before late_initcall(), see dd.c.insert, and
// initcall_depends() learns what becomes of probes.

// What settling needs.

@visibility@
@@
#include <linux/slab.h>
+
+ #include <kunit/visibility.h>

@list@
identifier work;
@@
- static void deferred_probe_work_func(struct work_struct *work)
+ /* Retry probing all devices on @list. */
+ static void deferred_probe_list(struct list_head *list)
{
<+...
(
- list_empty(&deferred_probe_active_list)
+ list_empty(list)
|
- &deferred_probe_active_list
+ list
)
...+>
}

@bound_count@
@@
static atomic_t deferred_trigger_count = ATOMIC_INIT(0);
+ static atomic_t bound_count = ATOMIC_INIT(0);

@work_counts@
expression queue;
@@
- queue_work(queue, &deferred_probe_work);
+ probe_started();
+ if (!queue_work(queue, &deferred_probe_work))
+ 	probe_ended();

@enable@
attribute name VISIBLE_IF_KUNIT;
@@
- static bool driver_deferred_probe_enable;
+ /* Tests switch it off to have what is there before late_initcall(). */
+ VISIBLE_IF_KUNIT bool driver_deferred_probe_enable;

@count_bound@
@@
driver_bound(struct device *dev)
{
...
driver_deferred_probe_trigger();
+ atomic_inc(&bound_count);
...
}

@count_probe@
@@
driver_probe_device(...)
{
...
- atomic_inc(&probe_count);
+ probe_started();
...
- atomic_dec(&probe_count);
- wake_up_all(&probe_waitqueue);
+ probe_ended();
...
}

@count_by_hand@
@@
device_driver_attach(...)
{
...
+ probe_started();
ret = __driver_probe_device(drv, dev);
+ probe_ended();
...
}

@device_attach@
@@
__device_attach(...)
{
<+...
get_device(dev);
+ probe_started();
async = true;
...+>
}

@device_attach_failed@
@@
__device_attach(...)
{
<...
+ probe_ended();
put_device(dev);
ret = 2;
...>
}

@device_attached@
@@
__device_attach_async_helper(...)
{
...
+ probe_ended();
put_device(dev);
}

@driver_attach@
@@
__driver_attach(...)
{
<+...
dev->p->async_driver = drv;
+ probe_started();
async = true;
...+>
}

@driver_attached@
@@
__driver_attach_async_helper(...)
{
...
+ probe_ended();
put_device(dev);
}

// What initcall_depends() needs.

@bound@
@@
driver_bound(struct device *dev)
{
...
+ initcall_probe(INITCALL_DEVICE_BOUND, dev, dev->driver);
atomic_inc(&bound_count);
...
}

@begin@
@@
__driver_probe_device(...)
{
...
+ if (initcall_probe(INITCALL_PROBE_BEGIN, dev, drv))
+ 	return EPROBE_DEFER;
pm_runtime_get_suppliers(dev);
...
}

@attach@
@@
device_driver_attach(...)
{
...
ret = __driver_probe_device(drv, dev);
- probe_ended();
+ end_probe(drv, dev, ret);
...
}

@end@
@@
driver_probe_device(...)
{
...
- probe_ended();
+ end_probe(drv, dev, ret);
...
}

@matched@
@@
__device_attach_driver(...)
{
<+...
- if (async_allowed)
+ if (async_allowed) {
	data->have_async = true;
+	initcall_probe(INITCALL_PROBE_MATCHED, dev, drv);
+ }
...+>
}

@device_scheduled@
@@
__device_attach(...)
{
<+...
probe_started();
+ initcall_probe(INITCALL_PROBE_SCHEDULED, dev, NULL);
...+>
}

@device_not_scheduled@
@@
__device_attach(...)
{
<...
+ initcall_probe(INITCALL_PROBE_UNSCHEDULED, dev, NULL);
probe_ended();
...>
}

@device_unscheduled@
@@
__device_attach_async_helper(...)
{
...
+ initcall_probe(INITCALL_PROBE_UNSCHEDULED, dev, NULL);
probe_ended();
...
}

@driver_scheduled@
@@
__driver_attach(...)
{
<+...
probe_started();
+ initcall_probe(INITCALL_PROBE_SCHEDULED, dev, drv);
...+>
}

// Not for a device that is being removed: its parent may be gone.
@driver_dead@
@@
__driver_attach(...)
{
<+...
- if (!dev->driver && !dev->p->async_driver)
+ if (!dev->p->dead && !dev->driver && !dev->p->async_driver)
{ ... }
...+>
}

@driver_unscheduled@
@@
__driver_attach_async_helper(...)
{
...
+ initcall_probe(INITCALL_PROBE_UNSCHEDULED, dev, drv);
probe_ended();
...
}

// What the attribute "bound" of drivers needs.

@one_more@
@@
driver_bound(struct device *dev)
{
...
kobject_uevent(&dev->kobj, KOBJ_BIND);
+ driver_bound_changed(dev->driver);
}

@one_less@
@@
__device_release_driver(...)
{
<+...
kobject_uevent(&dev->kobj, KOBJ_UNBIND);
+ driver_bound_changed(drv);
...+>
}
