// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of this very boot: what the assertions of include/kunit/initcall_depends.h
 * say of drivers that are there in every kernel, and of the TPM by CRB over FF-A
 */

#include <kunit/initcall_depends.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/platform_device.h>

/* The consumer is linked first, and its device is there first. */
static int boot_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver boot_driver = {
	.probe = boot_probe,
	.driver.name = "initcall_depends_boot_test",
};

static int __init add_device(const char *name, int id)
{
	return PTR_ERR_OR_ZERO(platform_device_register_simple(name, id, NULL, 0));
}

/* The second device of the prerequisite comes when that has long been initialised. */
static int __init boot_test_init(void)
{
	return add_device(boot_driver.driver.name, PLATFORM_DEVID_NONE) ?:
	       platform_driver_register(&boot_driver) ?:
	       add_device("initcall_depends_boot_test_supplier", 1);
}
device_initcall(boot_test_init);
initcall_depends("boot_test_supplier");

/* At the same level, the prerequisite is pulled forward. */
static void boot_declared(struct kunit *test)
{
	KUNIT_EXPECT_INITCALLED_BEFORE(test, "boot_test_supplier", "boot_test");
	KUNIT_EXPECT_BOUND_BEFORE_PROBE(test, "boot-test-supplier", KBUILD_MODFILE);
}

/* At an earlier level, the device of the consumer is held. */
static void boot_held(struct kunit *test)
{
	struct initcall_history early = kunit_initcall_history(test, "early_test");
	struct initcall_history supplier = kunit_initcall_history(test, "boot_test_supplier");

	KUNIT_EXPECT_LT(test, early.called, supplier.called);
	KUNIT_EXPECT_BOUND_BEFORE_PROBE(test, "boot_test_supplier", "early_test");
	KUNIT_EXPECT_NE(test, early.bound, 0);
}

static void boot_history(struct kunit *test)
{
	struct initcall_history boot = kunit_initcall_history(test, KBUILD_MODFILE);
	struct initcall_history supplier = kunit_initcall_history(test, "boot_test_supplier");
	struct initcall_history core = kunit_initcall_history(test, "drivers/base/core");
	struct initcall_history dd = kunit_initcall_history(test, "drivers/base/dd");

	/* one of its initcalls comes long before, one long after */
	KUNIT_EXPECT_LT(test, core.called, boot.called);
	KUNIT_EXPECT_LT(test, boot.done, core.done);
	KUNIT_EXPECT_GT(test, boot.called, 0);
	KUNIT_EXPECT_LT(test, boot.called, boot.probed);
	KUNIT_EXPECT_LT(test, boot.probed, boot.bound);
	KUNIT_EXPECT_LT(test, boot.called, boot.done);
	KUNIT_EXPECT_LT(test, boot.done, dd.called);
	KUNIT_EXPECT_LT(test, dd.called, dd.done);
	KUNIT_EXPECT_EQ(test, dd.bound, 0);
	/* its probe is asynchronous, and counts as well */
	KUNIT_EXPECT_LT(test, supplier.bound, supplier.done);
}

static void boot_unknown(struct kunit *test)
{
	struct initcall_history history;

	kunit_initcall_history(test, "drivers/base/dd");
	KUNIT_EXPECT_EQ(test, initcall_history_find("no-such-module", &history), -ENOENT);
	KUNIT_EXPECT_EQ(test, initcall_history_find("", &history), -ENOENT);
	KUNIT_EXPECT_EQ(test, initcall_history_find("/", &history), -ENOENT);
	KUNIT_EXPECT_EQ(test, initcall_history_find("drivers/char/dd", &history), -ENOENT);
	KUNIT_EXPECT_EQ(test, initcall_history_find("drivers/base/", &history), -ENOENT);
	KUNIT_EXPECT_EQ(test, initcall_history_find("base/dd", &history), -ENOENT);
	/* folders are taken literally */
	KUNIT_EXPECT_EQ(test, initcall_history_find("lib/kunit/initcall-depends/boot_test",
						    &history), -ENOENT);
	KUNIT_EXPECT_EQ(test, initcall_history_find("lib/kunit/initcall_depends/boot-test",
						    &history), 0);
}

static void boot_ambiguous(struct kunit *test)
{
	struct initcall_history history;

	kunit_initcall_history(test, "drivers/base/core");
	if (initcall_history_find("kernel/sched/core", &history))
		kunit_skip(test, "needs two modules of one name");
	KUNIT_EXPECT_EQ(test, initcall_history_find("core", &history), -ENOTUNIQ);
}

static void boot_tpm_crb_ffa(struct kunit *test)
{
	if (!IS_BUILTIN(CONFIG_TCG_ARM_CRB_FFA))
		kunit_skip(test, "needs CONFIG_TCG_ARM_CRB_FFA=y");
	if (!kunit_initcall_history(test, "tpm_crb_ffa").bound)
		kunit_skip(test, "needs a TPM by CRB over FF-A");
	KUNIT_EXPECT_INITCALLED_BEFORE(test, "ffa-module", "tpm_crb_ffa");
	KUNIT_EXPECT_INITCALLED_BEFORE(test, "tpm_crb_ffa", "tpm_crb");
	KUNIT_EXPECT_BOUND_BEFORE_PROBE(test, "tpm_crb_ffa", "tpm_crb");
	KUNIT_EXPECT_BOUND_BEFORE_PROBE(test, "ffa-module", "tpm_crb_ffa");
}

static struct kunit_case boot_cases[] = {
	KUNIT_CASE(boot_declared),
	KUNIT_CASE(boot_held),
	KUNIT_CASE(boot_history),
	KUNIT_CASE(boot_unknown),
	KUNIT_CASE(boot_ambiguous),
	KUNIT_CASE(boot_tpm_crb_ffa),
	{}
};

static struct kunit_suite boot_suite = {
	.name = "initcall_depends_boot",
	.test_cases = boot_cases,
};

kunit_test_suite(boot_suite);
