/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KUNIT_INITCALL_DEPENDS_H
#define _KUNIT_INITCALL_DEPENDS_H

/*
 * Assertions on the order in which built-in drivers were initialised and bound
 *
 * For the test of a driver that declares a prerequisite with initcall_depends():
 *
 *   static void foo_finds_its_clock(struct kunit *test)
 *   {
 *           KUNIT_EXPECT_BOUND_BEFORE_PROBE(test, "clk_foo", "foo");
 *   }
 *
 * They are about the boot of the kernel that the test runs in, whenever it runs,
 * also as a module, and about any two modules that are built in. Without
 * CONFIG_INITCALL_DEPENDS_DEBUGFS, or if the kernel was booted with
 * initcall_depends=off, nothing is known and the test is skipped.
 */

#include <kunit/test.h>
#include <kunit/initcall_history.h>

/**
 * kunit_initcall_history() - what a built-in module has been through during boot
 * @test: the test
 * @module: its name, or its path like "drivers/base/dd"
 *
 * Skips the test if nothing is known of any module, and fails it if there is no
 * such module in the image, or several.
 *
 * Context: may sleep.
 * Return: what it has been through.
 */
static inline struct initcall_history kunit_initcall_history(struct kunit *test, const char *module)
{
	struct initcall_history history = {};
	int err = initcall_history_find(module, &history);

	if (err == -EOPNOTSUPP)
		kunit_skip(test, "needs INITCALL_DEPENDS_DEBUGFS, and no initcall_depends=off");
	KUNIT_ASSERT_NE_MSG(test, err, -ENOTUNIQ, "%s: there are several, give the path", module);
	KUNIT_ASSERT_EQ_MSG(test, err, 0, "%s: no built-in module with an initcall", module);
	return history;
}

/**
 * KUNIT_EXPECT_INITCALLED_BEFORE() - a module was completely initialised before another
 * @test: the test
 * @first: module whose initcalls must have returned, and the asynchronous probes
 *	that it had started must have ended
 * @then: before the first initcall of this module was called
 *
 * This holds for a prerequisite whose initcalls are all at the level of the
 * consumer's first one, or earlier. A prerequisite at a later level is bound
 * before the consumer is probed, see KUNIT_EXPECT_BOUND_BEFORE_PROBE(), but the
 * consumer's initcall is called first.
 */
#define KUNIT_EXPECT_INITCALLED_BEFORE(test, first, then)			\
do {										\
	struct initcall_history __first = kunit_initcall_history(test, first);	\
	struct initcall_history __then = kunit_initcall_history(test, then);	\
										\
	KUNIT_EXPECT_NE_MSG(test, __first.done, 0, "%s was not initialised", first); \
	KUNIT_EXPECT_NE_MSG(test, __then.called, 0, "%s has not run", then);	\
	KUNIT_EXPECT_LT_MSG(test, __first.done, __then.called,			\
			    "%s was not initialised before %s", first, then);	\
} while (0)

/**
 * KUNIT_EXPECT_BOUND_BEFORE_PROBE() - a driver was bound when another was probed
 * @test: the test
 * @first: module to a driver of which a device must have been bound
 * @then: before the first probe of a driver of this module began
 */
#define KUNIT_EXPECT_BOUND_BEFORE_PROBE(test, first, then)			\
do {										\
	struct initcall_history __first = kunit_initcall_history(test, first);	\
	struct initcall_history __then = kunit_initcall_history(test, then);	\
										\
	KUNIT_EXPECT_NE_MSG(test, __first.bound, 0, "%s has no device", first);	\
	KUNIT_EXPECT_NE_MSG(test, __then.probed, 0, "%s was not probed", then);	\
	KUNIT_EXPECT_LT_MSG(test, __first.bound, __then.probed,			\
			    "%s was not bound when %s was probed", first, then); \
} while (0)

#endif /* _KUNIT_INITCALL_DEPENDS_H */
