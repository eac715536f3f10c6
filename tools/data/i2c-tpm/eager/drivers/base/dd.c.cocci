// SPDX-License-Identifier: GPL-2.0
// To compare with: whatever is deferred is probed again after each initcall.

@@
@@
+ void eager_retry(void);
+
+ void eager_retry(void)
+ {
+	driver_deferred_probe_enable = true;
+	driver_deferred_probe_trigger();
+	flush_work(&deferred_probe_work);
+	async_synchronize_full();
+ }
+
static int deferred_probe_initcall(void)
{
...
}
