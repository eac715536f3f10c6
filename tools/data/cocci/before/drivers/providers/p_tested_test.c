// SPDX-License-Identifier: GPL-2.0
/* A test of the other file, without an initcall of its own. */
#include <kunit/test.h>

kunit_test_suite(p_tested_suite);
