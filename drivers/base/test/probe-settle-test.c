// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of driver_probe_settle(), drivers/base/probe_settle.c
 *
 * Drivers and devices of a bus of their own are called R, S, T and Z; what is looked
 * for is the device of T. What their probes do is written down as a string: T when
 * it was bound, ?T when its probe was deferred. What a probe has left to a work item is
 * over at +T.
 */

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/device/probe_work.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "../base.h"

#define TIMEOUT		(20 * HZ)
#define NR_FAKES	26

/**
 * struct fake - a driver and its device
 * @driver: the driver, never asynchronous if not made so
 * @dev: the device
 * @needs: the device of this one has to be bound when it is probed
 * @error: what probe returns
 * @succeeds_next: probe returns @error once only
 * @ms: how long probe takes at least
 * @stuck: probe waits for @go, or @work if there is one
 * @go: see @stuck; completed at the end of the test in any case
 * @begun: completed when probe begins
 * @leaves_work: probe leaves the rest to @work
 * @work: see @leaves_work
 * @bound: the device is bound
 * @probes: number of its probes
 * @name: of both
 */
struct fake {
	struct device_driver driver;
	struct device *dev;
	char needs;
	int error;
	bool succeeds_next;
	unsigned int ms;
	bool stuck;
	struct completion go;
	struct completion begun;
	bool leaves_work;
	struct work_struct work;
	bool bound;
	int probes;
	char name[2];
};

static struct fake fakes[NR_FAKES];
static DEFINE_SPINLOCK(events_lock);
static char events[64];

static struct fake *fake_of(char letter)
{
	return &fakes[letter - 'A'];
}

static void log_event(const char *prefix, const char *name)
{
	guard(spinlock)(&events_lock);
	strlcat(events, prefix, sizeof(events));
	strlcat(events, name, sizeof(events));
}

static int fake_match(struct device *dev, const struct device_driver *drv)
{
	return !strcmp(dev_name(dev), drv->name);
}

static int fake_probe(struct device *dev)
{
	struct fake *fake = fake_of(dev_name(dev)[0]);
	int err = fake->error;

	complete_all(&fake->begun);
	fake->probes++;
	if (fake->succeeds_next)
		fake->error = 0;
	if (fake->stuck && !fake->leaves_work)
		wait_for_completion(&fake->go);
	if (fake->ms)
		msleep(fake->ms);
	if (fake->needs && !READ_ONCE(fake_of(fake->needs)->bound))
		err = -EPROBE_DEFER;
	log_event(err ? "?" : "", fake->name);
	WRITE_ONCE(fake->bound, !err);
	if (fake->leaves_work) {
		WRITE_ONCE(fake->bound, false);
		device_probe_work_begin(dev);
		schedule_work(&fake->work);
	}
	return err;
}

static void finish_probe(struct work_struct *work)
{
	struct fake *fake = container_of(work, struct fake, work);

	msleep(20);
	if (fake->stuck)
		wait_for_completion(&fake->go);
	log_event("+", fake->name);
	WRITE_ONCE(fake->bound, true);
	device_probe_work_end(fake->dev);
}

static const struct bus_type fake_bus = {
	.name = "probe_settle_test",
	.match = fake_match,
	.probe = fake_probe,
};

static void fake_release(struct device *dev)
{
	kfree(dev);
}

static void __init add_device(struct kunit *test, struct fake *fake)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	dev->bus = &fake_bus;
	dev->release = fake_release;
	dev->init_name = fake->name;
	fake->dev = dev;
	KUNIT_ASSERT_EQ(test, device_register(dev), 0);
}

static void __init add(struct kunit *test, const char *letters)
{
	for (; *letters; letters++) {
		add_device(test, fake_of(*letters));
		KUNIT_ASSERT_EQ(test, driver_register(&fake_of(*letters)->driver), 0);
	}
}

static void __init make_async(struct fake *fake)
{
	fake->driver.probe_type = PROBE_PREFER_ASYNCHRONOUS;
	fake->ms = 20;
}

static void __init make_work(struct fake *fake)
{
	INIT_WORK(&fake->work, finish_probe);
	fake->leaves_work = true;
}

static int __init settle_init(struct kunit *test)
{
	struct fake *fake;

	memset(fakes, 0, sizeof(fakes));
	memset(events, 0, sizeof(events));
	for (fake = fakes; fake < fakes + NR_FAKES; fake++) {
		fake->name[0] = 'A' + (fake - fakes);
		fake->driver.name = fake->name;
		fake->driver.bus = &fake_bus;
		fake->driver.probe_type = PROBE_FORCE_SYNCHRONOUS;
		init_completion(&fake->go);
		init_completion(&fake->begun);
	}
	/* as before late_initcall(), and nothing else may be in flight */
	driver_deferred_probe_enable = false;
	wait_for_device_probe();
	return bus_register(&fake_bus);
}

/* Whatever has failed: no probe may wait for ever, and nothing may stay registered. */
static void __init settle_exit(struct kunit *test)
{
	struct fake *fake;

	for (fake = fakes; fake < fakes + NR_FAKES; fake++)
		complete_all(&fake->go);
	wait_for_device_probe();
	for (fake = fakes; fake < fakes + NR_FAKES; fake++) {
		if (fake->leaves_work)
			flush_work(&fake->work);
		if (fake->driver.p)
			driver_unregister(&fake->driver);
		if (fake->dev)
			device_unregister(fake->dev);
	}
	bus_unregister(&fake_bus);
	driver_deferred_probe_enable = true;
	driver_deferred_probe_trigger();
	wait_for_device_probe();
}

static bool is_found(void)
{
	return READ_ONCE(fake_of('T')->bound);
}

static void __init settle_deferred(struct kunit *test)
{
	/* a chain of deferred devices; what comes after T is left alone */
	fake_of('T')->needs = 'S';
	fake_of('S')->needs = 'R';
	fake_of('Z')->needs = 'T';
	add(test, "TZSR");
	KUNIT_EXPECT_TRUE(test, driver_probe_settle(is_found, TIMEOUT));
	KUNIT_EXPECT_STREQ(test, events, "?T?Z?SR?T?ZST");
}

static void __init settle_nothing(struct kunit *test)
{
	/* one round that binds nothing is the last one, and takes no time */
	unsigned long start = jiffies;

	fake_of('T')->needs = 'S';
	add(test, "T");
	KUNIT_EXPECT_FALSE(test, driver_probe_settle(is_found, TIMEOUT));
	KUNIT_EXPECT_EQ(test, fake_of('T')->probes, 2);
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, start + TIMEOUT / 2));
}

static void __init settle_async(struct kunit *test)
{
	/* a probe in flight is waited for */
	fake_of('T')->needs = 'S';
	make_async(fake_of('S'));
	add(test, "TS");
	KUNIT_EXPECT_TRUE(test, driver_probe_settle(is_found, TIMEOUT));
	KUNIT_EXPECT_EQ(test, fake_of('S')->probes, 1);
}

static void release(struct work_struct *work)
{
	complete_all(&fake_of('T')->go);
}

static DECLARE_DELAYED_WORK(release_work, release);

static void __init settle_deferred_late(struct kunit *test)
{
	/* T is deferred only when all else is over, and would be bound if probed again */
	fake_of('T')->error = -EPROBE_DEFER;
	fake_of('T')->succeeds_next = true;
	fake_of('T')->stuck = true;
	make_async(fake_of('T'));
	add(test, "T");
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
	make_async(fake_of('T'));
	add(test, "T");
	KUNIT_EXPECT_FALSE(test, driver_probe_settle(is_found, HZ / 10));
}

static void __init settle_at_once(struct kunit *test)
{
	/* nothing is probed if it is there already */
	fake_of('S')->needs = 'R';
	add(test, "TS");
	KUNIT_EXPECT_TRUE(test, driver_probe_settle(is_found, TIMEOUT));
	KUNIT_EXPECT_STREQ(test, events, "T?S");
}

static void __init settle_work(struct kunit *test)
{
	/* the probe of T returns, and goes on in a work item */
	make_work(fake_of('T'));
	add(test, "T");
	KUNIT_EXPECT_TRUE(test, driver_probe_settle(is_found, TIMEOUT));
	KUNIT_EXPECT_STREQ(test, events, "T+T");
}

static void __init settle_work_stuck(struct kunit *test)
{
	/* a work item that does not end costs the time that was given */
	make_work(fake_of('T'));
	fake_of('T')->stuck = true;
	add(test, "T");
	KUNIT_EXPECT_FALSE(test, driver_probe_settle(is_found, HZ / 10));
}

static void __init settle_work_beside_stuck(struct kunit *test)
{
	/* what a work item finds ends the wait, even if another probe never ends */
	unsigned long start = jiffies;

	make_work(fake_of('T'));
	fake_of('T')->stuck = true;
	fake_of('S')->stuck = true;
	make_async(fake_of('S'));
	add(test, "TS");
	wait_for_completion(&fake_of('S')->begun);
	schedule_delayed_work(&release_work, HZ / 20);
	KUNIT_EXPECT_TRUE(test, driver_probe_settle(is_found, TIMEOUT));
	KUNIT_EXPECT_TRUE(test, time_before(jiffies, start + TIMEOUT / 2));
	flush_delayed_work(&release_work);
}

static void __init settle_work_retries(struct kunit *test)
{
	/* what a work item finds has deferred devices probed again, as a bind has */
	make_work(fake_of('T'));
	fake_of('T')->stuck = true;
	fake_of('Z')->needs = 'T';
	add(test, "TZ");
	driver_deferred_probe_enable = true;
	complete_all(&fake_of('T')->go);
	flush_work(&fake_of('T')->work);
	wait_for_device_probe();
	KUNIT_EXPECT_STREQ(test, events, "T?Z+TZ");
}

static struct kunit_case __refdata settle_cases[] = {
	KUNIT_CASE(settle_deferred),
	KUNIT_CASE(settle_nothing),
	KUNIT_CASE(settle_async),
	KUNIT_CASE(settle_deferred_late),
	KUNIT_CASE(settle_stuck),
	KUNIT_CASE(settle_at_once),
	KUNIT_CASE(settle_work),
	KUNIT_CASE(settle_work_stuck),
	KUNIT_CASE(settle_work_beside_stuck),
	KUNIT_CASE(settle_work_retries),
	{}
};

static struct kunit_suite __refdata settle_suite = {
	.name = "probe_settle",
	.init = settle_init,
	.exit = settle_exit,
	.test_cases = settle_cases,
};

kunit_test_init_section_suite(settle_suite);
