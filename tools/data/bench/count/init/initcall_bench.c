// SPDX-License-Identifier: GPL-2.0
/* Instructions until the first initcall, and until the last; memory taken before the first. */

#define pr_fmt(fmt) "bench: " fmt

#include <linux/init.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/types.h>

#include "initcall_bench_counter.h"

void initcall_bench_begin(void);
void initcall_bench_call(void);

static u64 began __initdata;
static u64 first_called __initdata;
static unsigned long free_before __initdata, free_then __initdata;

static unsigned long __init pages_free(void)
{
	unsigned long count = 0;
	struct zone *zone;

	for_each_populated_zone(zone)
		count += zone_page_state_snapshot(zone, NR_FREE_PAGES);
	return count;
}

/* Called before the plan is made. */
void __init initcall_bench_begin(void)
{
	free_before = pages_free();
	start_counter();
	began = instructions();
}

/* Called before each initcall. */
void __init initcall_bench_call(void)
{
	if (first_called)
		return;
	first_called = instructions();
	free_then = pages_free();
}

static int __init initcall_bench_end(void)
{
	u64 last_called = instructions();

	pr_emerg("until the first initcall: %llu, until the last: %llu, taken: %lu\n",
		 first_called - began, last_called - began,
		 (free_before - free_then) * PAGE_SIZE);
	kernel_power_off();
	return 0;
}
late_initcall_sync(initcall_bench_end);
