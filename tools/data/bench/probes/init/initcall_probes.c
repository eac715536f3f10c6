// SPDX-License-Identifier: GPL-2.0
/*
 * How often drivers are probed, and how many are bound at which time.
 *
 * Time is the virtual counter, which QEMU derives from the number of instructions when
 * it runs with -icount.
 */

#define pr_fmt(fmt) "bench: " fmt

#include <asm/arch_timer.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/device/driver.h>
#include <linux/init.h>
#include <linux/of.h>
#include <linux/printk.h>
#include <linux/reboot.h>

#include "initcall_probes.h"

/* Asynchronous probes may go on when init could start already. */
#define MAX_WAIT_MS	60000

/* When it was, and how many drivers were bound. */
struct bench_point {
	u64 when;
	int nr_bound;
};

static atomic_t nr_probes, nr_in_vain, nr_bound;
static u64 last_bound;
static struct bench_point late, late_sync, init;

int bench_probe(struct platform_device *pdev)
{
	struct bench_node *node = (struct bench_node *)of_device_get_match_data(&pdev->dev);
	int i;

	atomic_inc(&nr_probes);
	for (i = 0; i < ARRAY_SIZE(node->needs); i++) {
		if (node->needs[i] && !smp_load_acquire(&node->needs[i]->is_bound)) {
			atomic_inc(&nr_in_vain);
			return -EPROBE_DEFER;
		}
	}
	last_bound = __arch_counter_get_cntvct();
	atomic_inc(&nr_bound);
	smp_store_release(&node->is_bound, true);
	return 0;
}

static void note(struct bench_point *point)
{
	point->when = __arch_counter_get_cntvct();
	point->nr_bound = atomic_read(&nr_bound);
}

/* init/ is linked before what looks for a device at these levels. */
static int __init bench_late(void)
{
	note(&late);
	return 0;
}
late_initcall(bench_late);

static int __init nr_devices(void)
{
	struct device_node *bus = of_find_node_by_path("/bench");
	int count = of_get_child_count(bus);

	of_node_put(bus);
	return count;
}

static void __init print(const char *name, const struct bench_point *point)
{
	pr_emerg("%s at %llu, bound %d\n", name, point->when, point->nr_bound);
}

static int __init bench_end(void)
{
	int waited = 0;

	note(&late_sync);
	/* As prepare_namespace() does it. */
	wait_for_device_probe();
	note(&init);
	for (; atomic_read(&nr_bound) < nr_devices() && waited < MAX_WAIT_MS; waited += 10)
		msleep(10);
	print("late_initcall", &late);
	print("late_initcall_sync", &late_sync);
	print("init", &init);
	pr_emerg("bound %d of %d, last at %llu, probes %d, in vain %d, %u Hz\n",
		 atomic_read(&nr_bound), nr_devices(), last_bound, atomic_read(&nr_probes),
		 atomic_read(&nr_in_vain), arch_timer_get_cntfrq());
	kernel_power_off();
	return 0;
}
late_initcall_sync(bench_end);
