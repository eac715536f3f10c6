// SPDX-License-Identifier: GPL-2.0
// The kernel as it is, or with the overlay, which is not configured then.

@declare@
@@
+ void eager_retry(void);
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
(
do_one_initcall(initcall_from_entry(entry));
+ eager_retry();
|
initcall_depends_run(entry);
+ eager_retry();
)
...>
}
