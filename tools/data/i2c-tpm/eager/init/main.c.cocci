// SPDX-License-Identifier: GPL-2.0

@declare@
@@
+ void driver_deferred_probe_retry(void);
+
static void do_initcall_level(...)
{
...
}

@retry depends on declare@
expression entry;
@@
do_initcall_level(...)
{
<...
do_one_initcall(initcall_from_entry(entry));
+ driver_deferred_probe_retry();
...>
}
