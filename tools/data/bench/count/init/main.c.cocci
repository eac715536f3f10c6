// SPDX-License-Identifier: GPL-2.0
// Count from before the plan is made until the first initcall is called.

@declare@
@@
+ void initcall_bench_begin(void);
+ void initcall_bench_call(void);
+
do_one_initcall(...)
{
...
}

@begin depends on declare@
@@
do_pre_smp_initcalls(...)
{
...
+ initcall_bench_begin();
initcall_depends_plan();
...
}

@call depends on declare@
expression fn;
@@
do_one_initcall(...)
{
...
+ initcall_bench_call();
do_trace_initcall_start(fn);
...
}
