// SPDX-License-Identifier: GPL-2.0
/*
 * Test of dependencies between drivers in C and in Rust: the sample in Rust needs one
 * in C, and is needed by the driver here. Link order is the other way round.
 */

#include <kunit/initcall_depends.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/initcall_depends.h>
#include <linux/platform_device.h>

#define RUST "rust_initcall_depends"

static int rust_test_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver rust_test_driver = {
	.probe = rust_test_probe,
	.driver.name = "initcall_depends_rust_test",
};

static int __init add_device(const char *name)
{
	return PTR_ERR_OR_ZERO(platform_device_register_simple(name, PLATFORM_DEVID_NONE, NULL, 0));
}

/* As firmware would. Nothing else makes a device for the sample, which is matched by its name. */
static int __init rust_test_devices(void)
{
	return add_device(rust_test_driver.driver.name) ?: add_device(RUST);
}
arch_initcall(rust_test_devices);

static int __init rust_test_init(void)
{
	return platform_driver_register(&rust_test_driver);
}
device_initcall(rust_test_init);
initcall_depends("rust_initcall_depends");

static void rust_consumer(struct kunit *test)
{
	if (!IS_BUILTIN(CONFIG_SAMPLE_INITCALL_SUPPLIER))
		kunit_skip(test, "needs CONFIG_SAMPLE_INITCALL_SUPPLIER=y");
	KUNIT_EXPECT_INITCALLED_BEFORE(test, "initcall_supplier", RUST);
	KUNIT_EXPECT_BOUND_BEFORE_PROBE(test, "initcall_supplier", RUST);
}

static void rust_prerequisite(struct kunit *test)
{
	KUNIT_EXPECT_BOUND_BEFORE_PROBE(test, "rust-initcall-depends", KBUILD_MODFILE);
}

static struct kunit_case rust_cases[] = {
	KUNIT_CASE(rust_consumer),
	KUNIT_CASE(rust_prerequisite),
	{}
};

static struct kunit_suite rust_suite = {
	.name = "initcall_depends_rust",
	.test_cases = rust_cases,
};

kunit_test_suite(rust_suite);
