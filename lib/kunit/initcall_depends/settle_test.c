// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of driver_probe_settle(), drivers/base/probe_settle.c
 *
 * fake_bus.h has the notation.
 */

#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "fake_bus.h"

#define TIMEOUT		(20 * HZ)

/* What is looked for is the device of T. */
static bool is_found(void)
{
	return READ_ONCE(fake_of('T')->bound);
}

static void __init add(const char *letters)
{
	for (; *letters; letters++) {
		fake_add_device(*letters);
		WARN_ON(driver_register(&fake_of(*letters)->driver));
	}
}

static void __init settle_deferred(struct kunit *test)
{
	/* a chain of deferred devices; what comes after T is left alone */
	fake_of('T')->needs = "S";
	fake_of('S')->needs = "R";
	fake_of('Z')->needs = "T";
	add("TZSR");
	KUNIT_EXPECT_TRUE(test, driver_probe_settle(is_found, TIMEOUT));
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "?T?Z?SR?T?ZST");
}

static void __init settle_nothing(struct kunit *test)
{
	/* one round that binds nothing is the last one, and takes no time */
	unsigned long start = jiffies;

	fake_of('T')->needs = "S";
	add("T");
	KUNIT_EXPECT_FALSE(test, driver_probe_settle(is_found, TIMEOUT));
	KUNIT_EXPECT_EQ(test, fake_of('T')->probes, 2);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, start + TIMEOUT / 2));
}

static void __init settle_async(struct kunit *test)
{
	/* a probe in flight is waited for */
	fake_of('T')->needs = "S";
	fake_make_async("S");
	add("TS");
	KUNIT_EXPECT_TRUE(test, driver_probe_settle(is_found, TIMEOUT));
	KUNIT_EXPECT_EQ(test, fake_of('S')->probes, 1);
}

static void release(struct work_struct *work)
{
	complete_all(&fake_of('T')->go);
}

static DECLARE_DELAYED_WORK(release_work, release);

static void succeed_from_now_on(void)
{
	fake_of('T')->error = 0;
}

static void __init settle_deferred_late(struct kunit *test)
{
	/* T is deferred only when all else is over, and would be bound if probed again */
	fake_of('T')->error = -EPROBE_DEFER;
	fake_of('T')->hook = succeed_from_now_on;
	fake_of('T')->stuck = true;
	fake_make_async("T");
	add("T");
	wait_for_completion(&fake_of('T')->begun);
	schedule_delayed_work(&release_work, HZ / 20);
	KUNIT_EXPECT_TRUE(test, driver_probe_settle(is_found, TIMEOUT));
	flush_delayed_work(&release_work);
	KUNIT_EXPECT_EQ(test, fake_of('T')->probes, 2);
}

static void __init settle_stuck(struct kunit *test)
{
	/* a probe that does not end costs the time that was given */
	fake_of('T')->stuck = true;
	fake_make_async("T");
	add("T");
	KUNIT_EXPECT_FALSE(test, driver_probe_settle(is_found, HZ / 10));
}

static void __init settle_at_once(struct kunit *test)
{
	/* nothing is probed if it is there already */
	fake_of('S')->needs = "R";
	add("TS");
	KUNIT_EXPECT_TRUE(test, driver_probe_settle(is_found, TIMEOUT));
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "T?S");
}

static struct kunit_case __refdata settle_cases[] = {
	KUNIT_CASE(settle_deferred),
	KUNIT_CASE(settle_nothing),
	KUNIT_CASE(settle_async),
	KUNIT_CASE(settle_deferred_late),
	KUNIT_CASE(settle_stuck),
	KUNIT_CASE(settle_at_once),
	{}
};

static struct kunit_suite __refdata settle_suite = {
	.name = "initcall_depends_settle",
	.init = fake_bus_init,
	.exit = fake_bus_exit,
	.test_cases = settle_cases,
};

kunit_test_init_section_suite(settle_suite);
