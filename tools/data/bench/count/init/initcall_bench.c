// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions until the first initcall, and until the last.
 *
 * The counter of the processor is used directly: QEMU counts retired
 * instructions exactly when it runs with -icount.
 */

#define pr_fmt(fmt) "bench: " fmt

#include <asm/barrier.h>
#include <asm/sysreg.h>
#include <linux/bits.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/types.h>

#define COUNT_ENABLE	BIT(0)
#define INST_RETIRED	0x08

void initcall_bench_begin(void);
void initcall_bench_call(void);

static u64 began __initdata;
static u64 first_called __initdata;

static u64 __init instructions(void)
{
	isb();
	return read_sysreg(pmevcntr0_el0);
}

/* Called before the plan is made. */
void __init initcall_bench_begin(void)
{
	write_sysreg(INST_RETIRED, pmevtyper0_el0);
	write_sysreg(BIT(0), pmcntenset_el0);
	write_sysreg(read_sysreg(pmcr_el0) | COUNT_ENABLE, pmcr_el0);
	began = instructions();
}

/* Called before each initcall. */
void __init initcall_bench_call(void)
{
	if (!first_called)
		first_called = instructions();
}

static int __init initcall_bench_end(void)
{
	u64 last_called = instructions();

	pr_emerg("until the first initcall: %llu, until the last: %llu\n", first_called - began,
		 last_called - began);
	kernel_power_off();
	return 0;
}
late_initcall_sync(initcall_bench_end);
