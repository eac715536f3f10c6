// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what becomes of probes: kernel/initcall_depends/hold.c
 *
 * fake_bus.h has the notation.
 */

#include <kunit/test-bug.h>
#include <linux/kthread.h>
#include <linux/platform_device.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/optional.h"
#include "fake_bus.h"

/* Once more in the same test */
static void __init again(struct kunit *test)
{
	fake_bus_exit(test);
	KUNIT_ASSERT_EQ(test, 0, fake_bus_init(test));
}

static int probes_of(char letter)
{
	return fake_of(letter)->probes;
}

/* C takes any error for final, so that one probe too early is one too many. */
static void __init make_final(void)
{
	fake_of('C')->needs = "S";
	fake_of('C')->final = true;
}

static void __init hold_same_level(struct kunit *test)
{
	make_final();
	fake_expect(test, "CS", "CS", "sScC");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
	KUNIT_EXPECT_EQ(test, fake_of('C')->async_probes, 0);
}

static void __init hold_undeclared(struct kunit *test)
{
	/* C is left to the deferred probe work, which has not run yet */
	fake_of('C')->needs = "S";
	fake_expect(test, "CSXY", "XY", "c?CsSyYxX");
}

static void add_driver_of_z(void)
{
	if (fake_of('Z')->driver.p)
		return;
	fake_add_device('Z');
	WARN_ON(driver_register(&fake_of('Z')->driver));
}

static void __init hold_of_no_module(struct kunit *test)
{
	/* the driver of Z is registered by no initcall: the drain leaves its device alone, too */
	fake_of('Z')->needs = "Q";
	fake_bus.after = add_driver_of_z;
	fake_expect(test, "CS", "CS", "sS?ZcC");
}

static void __init hold_later_level(struct kunit *test)
{
	/* as i2c_imx at subsys, and clk_imx8mp at device */
	make_final();
	fake_expect(test, "C XSY", "CS", "cxXsSCyY");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
}

static void __init hold_sync_level(struct kunit *test)
{
	make_final();
	fake_expect(test, "CX|S", "CS", "cxXsSC");
}

static void __init hold_deferred_prerequisite(struct kunit *test)
{
	/* S waits for T, and does not declare it: left to the drain, and C with it */
	make_final();
	fake_of('S')->needs = "T";
	fake_expect(test, "CS T", "CS", "s?SctTSC");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
}

static void __init hold_chain_deferred(struct kunit *test)
{
	/* S declares T, so that it is retried when T is bound, and C after it */
	make_final();
	fake_of('S')->needs = "T";
	fake_expect(test, "CS TX", "CS ST", "sctTSCxX");
	KUNIT_EXPECT_EQ(test, probes_of('S'), 1);
}

static void __init hold_chain_bound_again(struct kunit *test)
{
	/* C needs X, too: retried when U is bound again, which S, without a device, needs */
	fake_of('C')->needs = "X";
	fake_of('S')->absent = true;
	fake_of('X')->rebinds = 'U';
	fake_expect(test, "CSU XY", "CS SU", "uUsc?CxUXCyY");
}

static void rebind_s(void)
{
	fake_of('C')->hook = NULL;
	device_release_driver(fake_of('S')->dev);
	WARN_ON(device_attach(fake_of('S')->dev) != 1);
}

static void __init hold_bound_meanwhile(struct kunit *test)
{
	/* S is bound again while C is probed, which then is deferred: C may not have seen that */
	fake_of('C')->needs = "X";
	fake_of('C')->hook = rebind_s;
	fake_expect(test, "CS XY", "CS", "sScS?C?CxXyYC");
}

static void __init hold_by_mod_name(struct kunit *test)
{
	/* X registers a driver of C, which has no initcall of its own */
	fake_of('X')->driver.mod_name = "C";
	fake_of('X')->needs = "S";
	fake_of('X')->final = true;
	fake_expect(test, "X S", "CS", "xsSX");
	KUNIT_EXPECT_EQ(test, probes_of('X'), 1);
	again(test);
	/* of no module, or of several: it belongs to that whose initcall runs */
	make_final();
	fake_of('C')->driver.mod_name = "nobody";
	fake_expect(test, "C S", "CS", "csSC");
	again(test);
	make_final();
	fake_of('C')->driver.mod_name = "twice";
	fake_bus.modules['A' - 'A' + 1].path = "a/twice";
	fake_bus.modules['B' - 'A' + 1].path = "b/twice";
	fake_expect(test, "C S", "CS", "csSC");
}

static void __init hold_own_deferral(struct kunit *test)
{
	/* C needs A too, and does not say so: retried when S is bound, not earlier */
	fake_of('C')->needs = "A";
	fake_of('S')->adds = "A";
	fake_of('A')->absent = true;
	fake_expect(test, "AC S X", "CS", "acsASCxX");
}

static void __init hold_async(struct kunit *test)
{
	make_final();
	fake_make_async("S");
	fake_expect(test, "CS", "CS", "sScC");
	KUNIT_EXPECT_EQ(test, fake_of('S')->async_probes, 1);
}

static void __init hold_async_later_level(struct kunit *test)
{
	/* the drain waits for S, and retries C */
	make_final();
	fake_make_async("S");
	fake_run("C S L", "CS");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "csSClL");
}

static void __init hold_async_consumer(struct kunit *test)
{
	/* is bound before the first late_initcall() */
	make_final();
	fake_make_async("CS");
	fake_run("C S L", "CS");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "csSClL");
}

static void __init hold_async_chain(struct kunit *test)
{
	fake_of('C')->needs = "P";
	fake_of('P')->needs = "S";
	fake_make_async("PS");
	fake_expect(test, "CPS", "CP PS", "sSpPcC");
	KUNIT_EXPECT_EQ(test, probes_of('P'), 1);
}

static void __init hold_async_unrelated(struct kunit *test)
{
	/* nothing waits for X */
	make_final();
	fake_make_async("SX");
	fake_of('X')->stuck = true;
	fake_run("XCSY", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "xsScCyY");
}

static void __init hold_async_without_driver(struct kunit *test)
{
	/* the initcall of C has no driver that could be held */
	fake_of('C')->without_driver = true;
	fake_make_async("S");
	fake_expect(test, "CS", "CS", "sSc");
	again(test);
	/* nor is it called before what waits for that probe is bound, too */
	fake_of('C')->without_driver = true;
	fake_make_async("SPQ");
	fake_expect(test, "PQ CS", "CP PQ QS", "qpsSQPc");
}

static void __init hold_async_other(struct kunit *test)
{
	/* X, which Y needs, is stuck until the initcall of C has run, which needs S alone */
	fake_make_async("XS");
	fake_of('X')->stuck = true;
	fake_of('C')->without_driver = true;
	fake_of('C')->releases = "X";
	fake_bus.plan.patience = 5 * HZ;
	fake_run("XCS Y", "CS YX");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "xsScXyY");
	KUNIT_EXPECT_GT(test, fake_bus.plan.patience, 0);
}

/* The probe of S returns, and goes on in a work item. */
static void __init make_work(void)
{
	fake_of('S')->leaves_work = true;
	fake_of('S')->ms = 20;
}

static void __init hold_work(struct kunit *test)
{
	make_final();
	make_work();
	fake_expect(test, "CS", "CS", "sS+ScC");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
	again(test);
	/* the probe was asynchronous, and the drain waits */
	make_final();
	fake_make_async("S");
	make_work();
	fake_run("C S L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "csS+SClL");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
}

static void __init hold_work_adds(struct kunit *test)
{
	/* as the fTPM, which OP-TEE announces when it has found RPMB */
	make_final();
	make_work();
	fake_of('S')->adds = "C";
	fake_of('C')->absent = true;
	fake_run("C S L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "csS+SClL");
}

static void __init hold_work_stuck(struct kunit *test)
{
	make_work();
	fake_of('S')->stuck = true;
	fake_bus.plan.patience = msecs_to_jiffies(60);
	fake_run("CS  L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "sScClL");
	KUNIT_EXPECT_EQ(test, fake_bus.plan.patience, 0);
}

static void __init hold_work_undeclared(struct kunit *test)
{
	/* fake_expect() waits in wait_for_device_probe() */
	make_work();
	fake_expect(test, "S", "", "sS+S");
}

static void __init hold_absent(struct kunit *test)
{
	fake_of('S')->absent = true;
	fake_expect(test, "CS", "CS", "scC");
	again(test);
	fake_expect(test, "C", "CS", "cC");
}

static void __init hold_failed(struct kunit *test)
{
	fake_of('S')->error = -EIO;
	fake_expect(test, "CS", "CS", "s!ScC");
	again(test);
	fake_of('S')->without_driver = true;
	fake_of('S')->error = -ENODEV;
	fake_expect(test, "C S", "CS", "csC");
}

static void __init hold_failed_async(struct kunit *test)
{
	fake_of('S')->error = -EIO;
	fake_make_async("S");
	fake_expect(test, "C S", "CS", "cs!SC");
}

static void __init hold_no_device_in_chain(struct kunit *test)
{
	/* P has no device, and C waits for S through it */
	make_final();
	fake_of('P')->absent = true;
	fake_expect(test, "CP S", "CP PS", "pcsSC");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
}

static void __init hold_alternatives(struct kunit *test)
{
	/* of three prerequisites one has a device; X is slow, and not waited for */
	make_final();
	fake_of('A')->absent = true;
	fake_of('B')->absent = true;
	fake_make_async("X");
	fake_of('X')->stuck = true;
	fake_run("XCABS  L", "CA CB CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "xabsScClL");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
}

static struct device_driver second;

static void __init add_second_of_c(void)
{
	if (fake_bus.now == 'X')
		fake_add_second(&second, 'C');
}

static void __init hold_second_driver(struct kunit *test)
{
	/* the driver that matches first rejects the device, the one of S binds it */
	make_final();
	fake_add_second(&second, 'S');
	fake_of('S')->absent = true;
	fake_make_async("S");
	fake_of('X')->adds_early = "S";
	fake_run("SX C L", "CS");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
	KUNIT_EXPECT_TRUE(test, fake_of('C')->bound);
}

static void add_second_of_s(void)
{
	if (!fake_of('S')->second)
		fake_add_second(&second, 'S');
}

static void __init hold_two_async_drivers(struct kunit *test)
{
	/* the device of S comes when it has two of them, of which one is in a dependency */
	make_final();
	memset(&second, 0, sizeof(second));
	fake_make_async("S");
	fake_of('S')->absent = true;
	fake_of('X')->adds = "S";
	fake_bus.after = add_second_of_s;
	fake_expect(test, "SXC", "CS", "sxXScC");
}

static void __init hold_second_scheduled_first(struct kunit *test)
{
	/* that of S waits for the other driver's probe, which comes first and rejects the device */
	make_final();
	fake_of('S')->second_ms = 50;
	fake_of('S')->meets = "S";
	fake_bus.after = add_second_of_s;
	fake_make_async("S");
	memset(&second, 0, sizeof(second));
	fake_expect(test, "XSC", "CS", "xXsScC");
}

static void __init hold_rejected_by_second(struct kunit *test)
{
	/* C is held, and then another driver rejects its device, as tpm_tis a CRB TPM */
	make_final();
	fake_add_second(&second, 'C');
	fake_run("CX S L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "cxXsSClL");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
	again(test);
	/* the other driver comes when the device is held already */
	make_final();
	fake_bus.after = add_second_of_c;
	fake_run("CX S L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "cxXsSClL");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
}

static void __init hold_rejected_and_deferred(struct kunit *test)
{
	/* C rejects its device, which the other driver defers then: E does not wait for that */
	fake_of('C')->error = -ENODEV;
	fake_of('C')->second_is_sync = true;
	fake_of('C')->second_result = -EPROBE_DEFER;
	fake_add_second(&second, 'C');
	fake_expect(test, "CE S Y", "CS EC", "cesS!CEyY");
}

static void add_second_in_probe(void)
{
	if (!fake_of('C')->second)
		fake_add_second(&second, 'C');
}

static void __init hold_rejected_by_prerequisite(struct kunit *test)
{
	/* S has another, asynchronous, driver, which rejects the device of C while S is pending */
	make_final();
	fake_of('S')->needs = "T";
	fake_of('S')->hook = add_second_in_probe;
	fake_of('C')->absent = true;
	fake_of('X')->adds_early = "C";
	fake_run("SCX T L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "s?ScxXtTSClL");
	KUNIT_EXPECT_EQ(test, initcall_device(fake_of('C')->dev)->nr_retries, 1);
}

static void __init hold_slow_second(struct kunit *test)
{
	/* C could be probed from S on, but the other driver is at it until late_initcall */
	make_final();
	fake_of('C')->second_ms = 50;
	fake_of('S')->meets = "C";
	fake_bus.after = add_second_of_c;
	fake_run("CX S L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "cxXsSClL");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
}

static void __init hold_second_is_probing(struct kunit *test)
{
	/* the same, and Y, which ends that, does not wait for it */
	make_final();
	fake_of('C')->second_ms = 10000;
	fake_of('S')->meets = "C";
	fake_of('Y')->releases = "C";
	fake_bus.after = add_second_of_c;
	fake_run("CX SY L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "cxXsSyYClL");
}

static void __init hold_slow_second_without_driver(struct kunit *test)
{
	/* E has no driver that could be held, so it is not called before C is bound */
	make_final();
	fake_of('C')->second_ms = 50;
	fake_of('S')->meets = "C";
	fake_of('E')->without_driver = true;
	fake_of('E')->absent = true;
	fake_bus.after = add_second_of_c;
	fake_run("CX SE L", "CS EC");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "cxXsSCelL");
}

static void link_c_to_t(void)
{
	KUNIT_EXPECT_NOT_NULL(kunit_get_current_test(),
			      device_link_add(fake_of('C')->dev, fake_of('T')->dev, 0));
}

static void __init hold_deferred_by_second(struct kunit *test)
{
	/* C can be probed from S on, but a device link defers it when the other driver is tried */
	make_final();
	fake_of('C')->second_is_sync = true;
	fake_add_second(&second, 'C');
	fake_of('S')->hook = link_c_to_t;
	fake_run("CD ST L", "CS DC");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "cdsStTCDlL");
}

static void __init look_who_holds_c(void)
{
	if (fake_bus.now == 'S')
		KUNIT_EXPECT_EQ(kunit_get_current_test(), 'S' - 'A' + 1,
				initcall_device(fake_of('C')->dev)->held_for);
}

static void __init hold_for_another(struct kunit *test)
{
	/* at first for A, which turns out to have no device, then for S */
	fake_of('A')->absent = true;
	fake_of('S')->needs = "N";
	fake_bus.after = look_who_holds_c;
	fake_expect(test, "C AS L", "CA CS", "cas?S?SClL");
}

static void leave_work_of_s(void)
{
	if (fake_of('T')->bound && fake_of('S')->probes == 1) {
		fake_of('S')->probes++;
		fake_leave_work('S');
	}
}

static void __init hold_drain_again(struct kunit *test)
{
	/* in the drain, P starts what makes S pending again, so that C is not due at first */
	fake_of('P')->needs = "N";
	fake_of('P')->hook = leave_work_of_s;
	fake_of('S')->ms = 20;
	fake_of('C')->needs = "T";
	fake_run("S PCT L", "PS CS");
	KUNIT_EXPECT_TRUE(test, fake_of('C')->bound);
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "sSp?Pc?CtT?P+SC?PlL");
}

static void __init hold_release_chain(struct kunit *test)
{
	/* let go of at the end, C defers itself once more, until P is bound */
	fake_of('C')->needs = "P";
	fake_of('P')->needs = "";
	fake_of('Q')->needs = "N";
	fake_make_async("P");
	fake_run("CPQ  L", "CP PQ");
	KUNIT_EXPECT_TRUE(test, fake_of('C')->bound);
	KUNIT_EXPECT_STREQ(test, fake_bus.log + strlen(fake_bus.log) - 3, "ClL");
}

static void __init hold_slow_attach(struct kunit *test)
{
	/* X looks for its driver for a long time: P, which is bound, is not concerned */
	fake_of('C')->needs = "P";
	fake_of('X')->absent = true;
	fake_of('X')->stuck = true;
	fake_of('P')->absent = true;
	fake_of('Y')->adds_early = "XP";
	fake_make_async("PX");
	fake_of('Z')->meets = "X";
	fake_run("XPYZ C L", "CP");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
	KUNIT_EXPECT_TRUE(test, fake_of('C')->bound);
	KUNIT_EXPECT_GT(test, fake_bus.plan.patience, HZ);
}

static void __init add_late_device(void)
{
	if (fake_bus.now == 'Y')
		fake_add_device('C');
}

static void __init hold_device_later(struct kunit *test)
{
	/* the device of C appears when its driver is there, before and after S */
	make_final();
	fake_of('C')->absent = true;
	fake_bus.after = add_late_device;
	fake_expect(test, "CY S", "CS", "cyYsSC");
	again(test);
	make_final();
	fake_of('C')->absent = true;
	fake_bus.after = add_late_device;
	fake_expect(test, "CS Y", "CS", "sScyYC");
}

static void __init hold_prerequisite_later(struct kunit *test)
{
	/* no device of S for now, so C is not held; when there is one, C is retried */
	fake_of('C')->needs = "S";
	fake_of('S')->absent = true;
	fake_of('X')->adds = "S";
	fake_expect(test, "CS XY", "CS", "sc?CxSXCyY");
}

static void __init hold_parent(struct kunit *test)
{
	/* S looks for its child C in probe: holding C for S would be for ever */
	fake_of('C')->absent = true;
	fake_of('C')->parent = 'S';
	fake_of('S')->adds = "C";
	fake_of('S')->needs = "C";
	fake_expect(test, "C S", "CS", "csCS");
}

static void __init hold_parent_deferred(struct kunit *test)
{
	/* the parent is there, but B has deferred it, and is not looking for children */
	fake_of('C')->needs = "B";
	fake_of('C')->final = true;
	fake_of('C')->parent = 'B';
	fake_of('B')->needs = "X";
	fake_expect(test, "BC X", "CB", "b?BcxXBC");
}

static void __init hold_parent_gone(struct kunit *test)
{
	/* C and its parent B are removed when C has just been matched: nothing is scheduled */
	struct device *dev;

	fake_of('C')->parent = 'B';
	fake_of('C')->dies = true;
	fake_make_async("C");
	fake_add_device('B');
	fake_add_device('C');
	dev = get_device(fake_of('C')->dev);
	fake_run("SC", "CS");
	wait_for_device_probe();
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "sSc");
	KUNIT_EXPECT_EQ(test, initcall_device(dev)->of, 0);
	put_device(dev);
}

static struct device_driver other;

static void add_other(void)
{
	if (other.p)
		return;
	other = (struct device_driver) {
		.name = "C-other",
		.bus = fake_of('C')->driver.bus,
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	};
	fake_of('C')->second = &other;
	WARN_ON(driver_register(&other));
}

static void __init hold_other_driver(struct kunit *test)
{
	/* the device of C comes when it has two drivers, of which one is not held */
	memset(&other, 0, sizeof(other));
	fake_of('C')->second_result = 0;
	fake_of('C')->absent = true;
	fake_of('X')->adds = "C";
	fake_bus.after = add_other;
	fake_expect(test, "CX S", "CS", "cxXsS");
	KUNIT_EXPECT_PTR_EQ(test, fake_of('C')->dev->driver, &other);
}

static void __init hold_other_defers(struct kunit *test)
{
	/* the other driver is in no dependency, and must not make the hold forgotten */
	memset(&other, 0, sizeof(other));
	fake_of('C')->second_result = -EPROBE_DEFER;
	fake_of('C')->absent = true;
	fake_of('X')->adds = "C";
	fake_bus.after = add_other;
	fake_expect(test, "CX S", "CS", "cxXsSC");
}

static void __init hold_started_by_probe(struct kunit *test)
{
	/* S adds X, whose driver is in no dependency, and which C needs */
	fake_of('C')->needs = "X";
	fake_of('C')->final = true;
	fake_of('S')->adds = "X";
	fake_of('X')->absent = true;
	fake_of('X')->parent = 'S';
	fake_make_async("SX");
	fake_expect(test, "XCS", "CS", "xsSXcC");
}

/* W, which is in no dependency, either, and adds X */
static void __init add_by_way_of_other(void)
{
	fake_of('C')->needs = "X";
	fake_of('C')->final = true;
	fake_of('W')->absent = true;
	fake_of('W')->adds = "X";
	fake_of('X')->absent = true;
	fake_of('X')->parent = 'W';
	fake_make_async("X");
}

static void __init hold_started_by_probe_of_child(struct kunit *test)
{
	add_by_way_of_other();
	fake_of('S')->adds = "W";
	fake_of('W')->parent = 'S';
	fake_expect(test, "WXCS", "CS", "wxsWSXcC");
}

static void __init hold_started_by_async_probe(struct kunit *test)
{
	add_by_way_of_other();
	fake_of('S')->adds = "W";
	fake_of('W')->parent = 'S';
	fake_make_async("S");
	fake_expect(test, "WXCS", "CS", "wxsWSXcC");
}

static void __init hold_started_by_initcall_and_probe(struct kunit *test)
{
	add_by_way_of_other();
	fake_of('S')->adds_early = "W";
	fake_expect(test, "WXCS", "CS", "wxsWSXcC");
}

static void __init hold_started_by_initcall(struct kunit *test)
{
	fake_of('C')->needs = "X";
	fake_of('C')->final = true;
	fake_of('S')->adds_early = "X";
	fake_of('S')->without_driver = true;
	fake_of('X')->absent = true;
	fake_make_async("X");
	fake_expect(test, "XCS", "CS", "xsXcC");
}

static int __init fake_initcall_register(void)
{
	return driver_register(&fake_of('C')->driver);
}

static int __init fake_initcall_nothing(void)
{
	return 0;
}

/* A second device of S is probed when the first one is bound. */
static void __init hold_second_probe(struct kunit *test)
{
	struct initcall_module *module = &fake_bus.modules['S' - 'A' + 1];

	make_final();
	fake_make_plan("CX", "CS");
	module->bound_at = 1;
	module->in_flight = 1;
	fake_add_device('C');
	initcall_hold_start(&fake_bus.plan);
	fake_bus.plan.patience = 1;
	initcall_run(0, fake_initcall_register);
	KUNIT_EXPECT_EQ(test, probes_of('C'), 0);
	fake_of('S')->bound = true;
	module->in_flight = 0;
	initcall_run(1, fake_initcall_nothing);
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
	KUNIT_EXPECT_TRUE(test, fake_of('C')->bound);
}

static void __init hold_for_ever(struct kunit *test)
{
	/* S is deferred for ever: the drain lets go of C before late_initcall() */
	fake_of('S')->needs = "Q";
	fake_run("CS  L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "s?Sc?SClL");
	KUNIT_EXPECT_TRUE(test, fake_bus.plan.released);
}

static void __init hold_drain_retries(struct kunit *test)
{
	/* as arm_ffa under pKVM: S defers for something that no driver provides */
	make_final();
	fake_of('S')->needs = "X";
	fake_of('X')->without_driver = true;
	fake_run("CS|X  L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "s?ScxSClL");
	KUNIT_EXPECT_EQ(test, probes_of('C'), 1);
}

static void succeed_from_now_on(void)
{
	fake_of('S')->error = 0;
}

static void __init hold_drain_waits(struct kunit *test)
{
	/* S is deferred only while the drain waits, and is retried all the same */
	make_final();
	fake_make_async("S");
	fake_of('S')->error = -EPROBE_DEFER;
	fake_of('S')->hook = succeed_from_now_on;
	fake_run("C S L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "cs?SSClL");
}

static void __init hold_late_prerequisite(struct kunit *test)
{
	/* late initcalls do not count: C does not cost the first of them its TPM */
	fake_run("C  LS", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "cClLsS");
}

static void __init hold_cycle(struct kunit *test)
{
	/* whichever edge is left out, all are bound */
	fake_run("AB C L", "AB BC CA");
	KUNIT_EXPECT_EQ(test, fake_count_bound(), 4);
	KUNIT_EXPECT_EQ(test, fake_bus.plan.graph.nr_cycles, 1);
}

static void __init hold_stuck(struct kunit *test)
{
	long patience = msecs_to_jiffies(60);

	/* three consumers, and the drain: but one wait in all */
	fake_make_async("S");
	fake_of('S')->stuck = true;
	fake_bus.plan.patience = patience;
	fake_run("CDES  L", "CS DS ES");
	KUNIT_EXPECT_EQ(test, fake_bus.plan.patience, 0);
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "scdeCDElL");
}

static void __init hold_endless(struct kunit *test)
{
	/* each probe of C binds S once more, and does not help C */
	fake_of('C')->rebinds = 'S';
	fake_of('C')->needs = "Q";
	fake_run("CSX  L", "CS");
	KUNIT_EXPECT_GE(test, probes_of('C'), 100);
	KUNIT_EXPECT_LT(test, probes_of('C'), 110);
	KUNIT_EXPECT_TRUE(test, fake_of('X')->bound);
	KUNIT_EXPECT_TRUE(test, fake_of('L')->bound);
}

static void attach_by_hand(void)
{
	if (fake_bus.now == 'X')
		KUNIT_EXPECT_EQ(kunit_get_current_test(), -EAGAIN,
				device_driver_attach(&fake_of('C')->driver, fake_of('C')->dev));
}

static void __init hold_by_hand(struct kunit *test)
{
	/* a bind by hand is one more probe; if that is deferred, the device is still that of C */
	fake_of('C')->needs = "T";
	fake_bus.after = attach_by_hand;
	fake_expect(test, "SC XT L", "CS", "sSc?CxX?CtTClL");
}

static void __init hold_unmatched(struct kunit *test)
{
	struct initcall_device *device;

	/* as on the AMBA bus: the deferral is not that of a driver; the drain retries it */
	fake_of('C')->unmatched = 1;
	fake_run("CS", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "sScC");
	device = initcall_device(fake_of('C')->dev);
	KUNIT_EXPECT_EQ(test, device->prober, 'C' - 'A' + 1);
	KUNIT_EXPECT_EQ(test, device->nr_retries, 1);
}

static void __init hold_unmatched_async(struct kunit *test)
{
	/* the probe that is scheduled then is waited for */
	fake_of('C')->unmatched = 1;
	fake_make_async("C");
	fake_run("C S L", "CS");
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "csSClL");
}

static struct completion waiter_done;
static bool waited_for_all;

static int waiter(void *unused)
{
	wait_for_device_probe();
	waited_for_all = fake_of('D')->bound;
	complete(&waiter_done);
	return 0;
}

static void start_waiter(void)
{
	if (IS_ERR(kthread_run(waiter, NULL, "initcall_waiter")))
		complete(&waiter_done);
}

static void __init hold_waiter(struct kunit *test)
{
	/* a retry counts as probing as a whole, also between two devices */
	init_completion(&waiter_done);
	waited_for_all = false;
	fake_of('C')->hook = start_waiter;
	fake_of('D')->match_ms = 50;
	fake_run("CD S", "CS DS");
	wait_for_completion(&waiter_done);
	KUNIT_EXPECT_STREQ(test, fake_bus.log, "cdsSCD");
	KUNIT_EXPECT_TRUE(test, waited_for_all);
}

static struct platform_driver once __refdata = {
	.driver = { .name = "initcall_depends_once", .probe_type = PROBE_FORCE_SYNCHRONOUS },
	.prevent_deferred_probe = true,
};

static int once_probes;

static int once_probe(struct platform_device *pdev)
{
	once_probes++;
	return 0;
}

static void __init hold_platform_driver_probe(struct kunit *test)
{
	struct platform_device *pdev;

	/* a driver which is probed once only is not held: it would be lost */
	once_probes = 0;
	once.probe = once_probe;
	fake_make_plan("C S", "CS");
	initcall_hold_start(&fake_bus.plan);
	fake_bus.plan.running = 'C' - 'A' + 1;
	pdev = platform_device_register_simple("initcall_depends_once", -1, NULL, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	KUNIT_EXPECT_EQ(test, 0, platform_driver_register(&once));
	KUNIT_EXPECT_EQ(test, once_probes, 1);
	platform_driver_unregister(&once);
	platform_device_unregister(pdev);
}

/* A chain that is linked backwards costs one probe for each of its drivers. */
static void __init hold_cost(struct kunit *test)
{
	static char needs[12][2];
	char calls[13] = "", edges[3 * 12 + 1] = "";
	int i, probes = 0;

	for (i = 0; i < 12; i++) {
		calls[i] = 'A' + i;
		if (i == 11)
			break;
		needs[i][0] = 'B' + i;
		fake_bus.fakes[i].needs = needs[i];
		sprintf(edges + strlen(edges), "%s%c%c", i ? " " : "", 'A' + i, 'B' + i);
	}
	fake_run(calls, edges);
	for (i = 0; i < 12; i++)
		probes += fake_bus.fakes[i].probes;
	KUNIT_EXPECT_EQ(test, fake_count_bound(), 12);
	KUNIT_EXPECT_EQ(test, probes, 12);
}

static struct kunit_case __refdata hold_cases[] = {
	KUNIT_CASE(hold_same_level),
	KUNIT_CASE(hold_undeclared),
	KUNIT_CASE(hold_of_no_module),
	KUNIT_CASE(hold_later_level),
	KUNIT_CASE(hold_sync_level),
	KUNIT_CASE(hold_deferred_prerequisite),
	KUNIT_CASE(hold_chain_deferred),
	KUNIT_CASE(hold_chain_bound_again),
	KUNIT_CASE(hold_bound_meanwhile),
	KUNIT_CASE(hold_by_mod_name),
	KUNIT_CASE(hold_own_deferral),
	KUNIT_CASE(hold_async),
	KUNIT_CASE(hold_async_later_level),
	KUNIT_CASE(hold_async_consumer),
	KUNIT_CASE(hold_async_chain),
	KUNIT_CASE(hold_async_unrelated),
	KUNIT_CASE(hold_async_without_driver),
	KUNIT_CASE(hold_async_other),
	KUNIT_CASE(hold_work),
	KUNIT_CASE(hold_work_adds),
	KUNIT_CASE(hold_work_stuck),
	KUNIT_CASE(hold_work_undeclared),
	KUNIT_CASE(hold_absent),
	KUNIT_CASE(hold_failed),
	KUNIT_CASE(hold_failed_async),
	KUNIT_CASE(hold_no_device_in_chain),
	KUNIT_CASE(hold_alternatives),
	KUNIT_CASE(hold_second_driver),
	KUNIT_CASE(hold_two_async_drivers),
	KUNIT_CASE(hold_second_scheduled_first),
	KUNIT_CASE(hold_rejected_by_second),
	KUNIT_CASE(hold_rejected_and_deferred),
	KUNIT_CASE(hold_rejected_by_prerequisite),
	KUNIT_CASE(hold_slow_second),
	KUNIT_CASE(hold_second_is_probing),
	KUNIT_CASE(hold_slow_second_without_driver),
	KUNIT_CASE(hold_deferred_by_second),
	KUNIT_CASE(hold_for_another),
	KUNIT_CASE(hold_drain_again),
	KUNIT_CASE(hold_release_chain),
	KUNIT_CASE(hold_slow_attach),
	KUNIT_CASE(hold_device_later),
	KUNIT_CASE(hold_prerequisite_later),
	KUNIT_CASE(hold_parent),
	KUNIT_CASE(hold_parent_deferred),
	KUNIT_CASE(hold_parent_gone),
	KUNIT_CASE(hold_other_driver),
	KUNIT_CASE(hold_other_defers),
	KUNIT_CASE(hold_started_by_probe),
	KUNIT_CASE(hold_started_by_probe_of_child),
	KUNIT_CASE(hold_started_by_async_probe),
	KUNIT_CASE(hold_started_by_initcall_and_probe),
	KUNIT_CASE(hold_started_by_initcall),
	KUNIT_CASE(hold_second_probe),
	KUNIT_CASE(hold_for_ever),
	KUNIT_CASE(hold_drain_retries),
	KUNIT_CASE(hold_drain_waits),
	KUNIT_CASE(hold_late_prerequisite),
	KUNIT_CASE(hold_cycle),
	KUNIT_CASE(hold_stuck),
	KUNIT_CASE(hold_endless),
	KUNIT_CASE(hold_by_hand),
	KUNIT_CASE(hold_unmatched),
	KUNIT_CASE(hold_unmatched_async),
	KUNIT_CASE(hold_waiter),
	KUNIT_CASE(hold_platform_driver_probe),
	KUNIT_CASE(hold_cost),
	{}
};

static int __init hold_init(struct kunit *test)
{
	if (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DISCOVER) && initcall_discovers())
		kunit_skip(test, "initcall_depends=discover retries what is held");
	return fake_bus_init(test);
}

static struct kunit_suite __refdata hold_suite = {
	.name = "initcall_depends_hold",
	.init = hold_init,
	.exit = fake_bus_exit,
	.test_cases = hold_cases,
};

kunit_test_init_section_suite(hold_suite);
