// SPDX-License-Identifier: GPL-2.0
// The initcall loops run whose turn it is, not just the next in link order.

@include@
@@
#include <linux/init.h>
+ #include <linux/initcall_depends.h>

@plan@
statement loop;
@@
do_pre_smp_initcalls(...)
{
...
+ initcall_depends_plan();
for (...;...;...) loop
}

@run@
expression slot;
@@
- do_one_initcall(initcall_from_entry(slot));
+ initcall_depends_run(slot);

@finish@
@@
do_basic_setup(...)
{
...
do_initcalls();
+ initcall_depends_finish();
}
