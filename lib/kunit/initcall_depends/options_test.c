// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of initcall_depends= on the command line: kernel/initcall_depends/options.c
 */

#include <kunit/test.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/internal.h"

static struct initcall_options * __init parse(struct kunit *test, const char *text, int wanted)
{
	struct initcall_options *options = kunit_kzalloc(test, sizeof(*options), GFP_KERNEL);
	char *arg = kunit_kstrdup(test, text, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, options);
	KUNIT_ASSERT_NOT_NULL(test, arg);
	KUNIT_EXPECT_EQ_MSG(test, wanted, initcall_options_parse(options, arg), "%s", text);
	return options;
}

static void __init options_flags(struct kunit *test)
{
	struct initcall_options *options;

	options = parse(test, "off", 0);
	KUNIT_EXPECT_TRUE(test, options->off);
	KUNIT_EXPECT_FALSE(test, options->verbose);
	options = parse(test, "verbose", 0);
	KUNIT_EXPECT_FALSE(test, options->off);
	KUNIT_EXPECT_TRUE(test, options->verbose);
}

static void __init options_edges(struct kunit *test)
{
	struct initcall_options *options;

	options = parse(test, "add=tpm_crb:drivers/base/dd,verbose,drop=a:b", 0);
	KUNIT_ASSERT_EQ(test, 2, options->nr_edges);
	KUNIT_EXPECT_STREQ(test, "tpm_crb", options->edges[0].consumer);
	KUNIT_EXPECT_STREQ(test, "drivers/base/dd", options->edges[0].prerequisite);
	KUNIT_EXPECT_FALSE(test, options->edges[0].drop);
	KUNIT_EXPECT_STREQ(test, "a", options->edges[1].consumer);
	KUNIT_EXPECT_STREQ(test, "b", options->edges[1].prerequisite);
	KUNIT_EXPECT_TRUE(test, options->edges[1].drop);
	KUNIT_EXPECT_TRUE(test, options->verbose);
}

/* Each is ignored, and what stands beside it counts. */
static void __init options_malformed(struct kunit *test)
{
	static const char * const bad[] = {
		"", "of", "offf", "on", "add", "add=", "add=a", "add=a:", "add=:b", "add=:",
		"add=a:b:c", "drop=a",
		"discove", "discover=1", "shuffle", "shuffle=", "shuffle=x", "shuffle=-1",
		"shuffle=1:", "shuffle=1:devic", "shuffle=1:device+", "shuffle=:device",
		"shuffle=18446744073709551616",
		"add=a b:c", "add=a:\"", "drop=a:\\", "Add=a:b", "off=1", " off",
	};
	struct initcall_options *options;
	char text[64];
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "verbose,%s,add=x:y", bad[i]);
		options = parse(test, text, -EINVAL);
		KUNIT_EXPECT_FALSE(test, options->off);
		KUNIT_EXPECT_TRUE(test, options->verbose);
		KUNIT_EXPECT_EQ_MSG(test, 1, options->nr_edges, "%s", bad[i]);
		KUNIT_EXPECT_FALSE_MSG(test, options->discover, "%s", bad[i]);
		KUNIT_EXPECT_EQ_MSG(test, 0, options->shuffle, "%s", bad[i]);
	}
}

/* What a kernel has not been built with is told, like all that makes no sense. */
static void __init options_debugging(struct kunit *test)
{
	int wanted = IS_ENABLED(CONFIG_INITCALL_DEPENDS_DISCOVER) ? 0 : -EOPNOTSUPP;
	struct initcall_options *options = parse(test, "discover", wanted);

	KUNIT_EXPECT_EQ(test, !wanted, options->discover);
	wanted = IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE) ? 0 : -EOPNOTSUPP;
	options = parse(test, "shuffle=1", wanted);
	KUNIT_EXPECT_EQ(test, !wanted, options->shuffle == INITCALL_ALL_LEVELS);
}

static void __init options_shuffle(struct kunit *test)
{
	struct initcall_options *options;

	if (!IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE))
		kunit_skip(test, "CONFIG_INITCALL_DEPENDS_SHUFFLE is off");
	options = parse(test, "shuffle=18446744073709551615", 0);
	KUNIT_EXPECT_EQ(test, U64_MAX, options->seed);
	KUNIT_EXPECT_EQ(test, INITCALL_ALL_LEVELS, options->shuffle);
	options = parse(test, "shuffle=0:device+early,verbose", 0);
	KUNIT_EXPECT_EQ(test, 0, options->seed);
	KUNIT_EXPECT_EQ(test, 1U << INITCALL_LEVEL_DEVICE | 1U << INITCALL_LEVEL_EARLY,
			options->shuffle);
	KUNIT_EXPECT_TRUE(test, options->verbose);
	/* the last one counts */
	options = parse(test, "shuffle=1,shuffle=2:late", 0);
	KUNIT_EXPECT_EQ(test, 2, options->seed);
	KUNIT_EXPECT_EQ(test, 1U << INITCALL_LEVEL_LATE, options->shuffle);
}

static void __init options_long(struct kunit *test)
{
	struct initcall_options *options;
	char *text = kunit_kzalloc(test, 20100, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, text);
	memcpy(text, "add=", 4);
	memset(text + 4, 'a', 10000);
	text[10004] = ':';
	memset(text + 10005, 'b', 10000);
	options = parse(test, text, -EINVAL);
	KUNIT_EXPECT_EQ(test, 0, options->nr_edges);
	/* the longest that is taken */
	memset(text + 4, 'a', 128);
	memset(text + 133, 'b', 128);
	text[132] = ':';
	text[261] = '\0';
	options = parse(test, text, 0);
	KUNIT_EXPECT_EQ(test, 1, options->nr_edges);
}

static void __init options_many(struct kunit *test)
{
	struct initcall_options *options;
	char *text = kunit_kzalloc(test, 8 * INITCALL_MAX_OPTIONS + 16, GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, text);
	for (i = 0; i <= INITCALL_MAX_OPTIONS; i++)
		strcat(text, "add=a:b,");
	text[strlen(text) - 1] = '\0';
	options = parse(test, text, -ENOSPC);
	KUNIT_EXPECT_EQ(test, INITCALL_MAX_OPTIONS, options->nr_edges);
}

static struct kunit_case __refdata options_cases[] = {
	KUNIT_CASE(options_flags),
	KUNIT_CASE(options_edges),
	KUNIT_CASE(options_malformed),
	KUNIT_CASE(options_debugging),
	KUNIT_CASE(options_shuffle),
	KUNIT_CASE(options_long),
	KUNIT_CASE(options_many),
	{}
};

static struct kunit_suite options_suite = {
	.name = "initcall_depends_options",
	.test_cases = options_cases,
};

kunit_test_init_section_suite(options_suite);
