/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_BENCH_COUNTER_H
#define _INITCALL_BENCH_COUNTER_H

/* Instructions, where QEMU runs with -icount; the counter of the processor is used directly. */

#include <linux/types.h>

#ifdef CONFIG_X86

#include <asm/tsc.h>

static inline void start_counter(void)
{
}

/* A tick is a nanosecond of virtual time, in which one instruction is executed. */
static inline u64 instructions(void)
{
	return rdtsc_ordered();
}

#else

#include <asm/barrier.h>
#include <asm/sysreg.h>
#include <linux/bits.h>

#define COUNT_ENABLE	BIT(0)
#define INST_RETIRED	0x08

static inline void start_counter(void)
{
	write_sysreg(INST_RETIRED, pmevtyper0_el0);
	write_sysreg(BIT(0), pmcntenset_el0);
	write_sysreg(read_sysreg(pmcr_el0) | COUNT_ENABLE, pmcr_el0);
}

static inline u64 instructions(void)
{
	isb();
	return read_sysreg(pmevcntr0_el0);
}

#endif /* CONFIG_X86 */

#endif /* _INITCALL_BENCH_COUNTER_H */
