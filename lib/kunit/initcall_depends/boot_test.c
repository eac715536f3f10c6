// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of this very boot: what the assertions of include/kunit/initcall_depends.h
 * say of drivers that are there in every kernel, and of the TPM by CRB over FF-A
 */

#include <kunit/initcall_depends.h>
#include <kunit/test.h>
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

static int __init boot_test_init(void)
{
	struct platform_device *pdev;

	pdev = platform_device_register_simple(boot_driver.driver.name, PLATFORM_DEVID_NONE,
					       NULL, 0);
	return PTR_ERR_OR_ZERO(pdev) ?: platform_driver_register(&boot_driver);
}
device_initcall(boot_test_init);
initcall_depends("boot_test_supplier");

static void boot_declared(struct kunit *test)
{
	KUNIT_EXPECT_INITCALLED_BEFORE(test, "boot_test_supplier", "boot_test");
	KUNIT_EXPECT_BOUND_BEFORE_PROBE(test, "boot-test-supplier", KBUILD_MODFILE);
}

static void boot_history(struct kunit *test)
{
	struct initcall_history boot = kunit_initcall_history(test, KBUILD_MODFILE);
	struct initcall_history supplier = kunit_initcall_history(test, "boot_test_supplier");
	struct initcall_history dd = kunit_initcall_history(test, "drivers/base/dd");

	KUNIT_EXPECT_GT(test, boot.called, 0);
	KUNIT_EXPECT_LE(test, boot.called, boot.probed);
	KUNIT_EXPECT_LT(test, boot.probed, boot.bound);
	KUNIT_EXPECT_LE(test, boot.bound, boot.done);
	KUNIT_EXPECT_LT(test, boot.done, dd.called);
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
	KUNIT_EXPECT_EQ(test, initcall_history_find("drivers/char/dd", &history), -ENOENT);
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
	KUNIT_CASE(boot_history),
	KUNIT_CASE(boot_unknown),
	KUNIT_CASE(boot_tpm_crb_ffa),
	{}
};

static struct kunit_suite boot_suite = {
	.name = "initcall_depends_boot",
	.test_cases = boot_cases,
};

kunit_test_suite(boot_suite);
