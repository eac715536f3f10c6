// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of initcall_depends= on the command line: kernel/initcall_depends/options.c
 */

#include <kunit/test.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/options.h"
#include "../../../kernel/initcall_depends/words.h"
#include "records.h"

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

/* Each is ignored, and the parts before and after it count. */
static void __init options_malformed(struct kunit *test)
{
	static const char * const bad[] = {
		"", "of", "offf", "on", "add", "add=", "add=a", "add=a:", "add=:b", "add=:",
		"add=a:b:c", "drop=a",
		"discove", "discover=1", "shuffle", "shuffle=", "shuffle=x", "shuffle=-1",
		"shuffle=1:", "shuffle=1:devic", "shuffle=1:device+", "shuffle=:device",
		"shuffle=1:device_sync", "shuffle=1:early_sync", "shuffle=18446744073709551616",
		"add=a b:c", "add=a:\"", "drop=a:\\", "Add=a:b", "off=1", " off",
	};
	struct initcall_options *options;
	char text[64];
	int i, wanted;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		wanted = strncmp(bad[i], "shuffle=", 8) ||
			 IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE) ? -EINVAL : -EOPNOTSUPP;
		snprintf(text, sizeof(text), "verbose,%s,add=x:y", bad[i]);
		options = parse(test, text, wanted);
		KUNIT_EXPECT_FALSE(test, options->off);
		KUNIT_EXPECT_TRUE(test, options->verbose);
		KUNIT_EXPECT_EQ_MSG(test, 1, options->nr_edges, "%s", bad[i]);
		KUNIT_EXPECT_FALSE_MSG(test, options->discover, "%s", bad[i]);
		KUNIT_EXPECT_EQ_MSG(test, 0, options->shuffle, "%s", bad[i]);
	}
}

/* What the kernel has not been built with is invalid. */
static void __init options_debugging(struct kunit *test)
{
	int wanted = IS_ENABLED(CONFIG_INITCALL_DEPENDS_DISCOVER) ? 0 : -EOPNOTSUPP;
	struct initcall_options *options = parse(test, "discover", wanted);

	KUNIT_EXPECT_EQ(test, !wanted, options->discover);
	wanted = IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE) ? 0 : -EOPNOTSUPP;
	options = parse(test, "shuffle=1", wanted);
	KUNIT_EXPECT_EQ(test, !wanted, options->shuffle == INITCALL_ALL_BASES);
}

static void __init options_shuffle(struct kunit *test)
{
	struct initcall_options *options;

	if (!IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE))
		kunit_skip(test, "CONFIG_INITCALL_DEPENDS_SHUFFLE is off");
	options = parse(test, "shuffle=18446744073709551615", 0);
	KUNIT_EXPECT_EQ(test, U64_MAX, options->seed);
	KUNIT_EXPECT_EQ(test, INITCALL_ALL_BASES, options->shuffle);
	options = parse(test, "shuffle=0:device+early,verbose", 0);
	KUNIT_EXPECT_EQ(test, 0, options->seed);
	KUNIT_EXPECT_EQ(test, options->shuffle,
			initcall_base_bit(INITCALL_DEVICE) | initcall_base_bit(INITCALL_EARLY));
	KUNIT_EXPECT_TRUE(test, options->verbose);
	/* the last one counts */
	options = parse(test, "shuffle=1,shuffle=2:late", 0);
	KUNIT_EXPECT_EQ(test, 2, options->seed);
	KUNIT_EXPECT_EQ(test, initcall_base_bit(INITCALL_LATE), options->shuffle);
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

/* A level shares its bit with its _sync half, and with nothing else. */
static void __init options_levels(struct kunit *test)
{
	u32 base, bit, level, main, len;
	const char *word;

	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		bit = initcall_base_bit(level);
		base = ffs(bit) - 1;
		main = initcall_base_level(base);
		KUNIT_EXPECT_LT(test, base, INITCALL_NR_BASES);
		KUNIT_EXPECT_EQ(test, bit, bit & INITCALL_ALL_BASES);
		KUNIT_EXPECT_EQ(test, bit, initcall_base_bit(main));
		word = initcall_level_words[level];
		len = str_has_prefix(word, initcall_level_words[main]);
		KUNIT_EXPECT_NE(test, len, 0);
		KUNIT_EXPECT_STREQ(test, word + len, level == main ? "" : "_sync");
	}
}

/* Modules of the image that the tests of add= and drop= are about */
static const char * const paths[] __initconst = {
	"drivers/one/core", "drivers/two/core", "drivers/egg", "drivers/hen-house",
	"drivers/first/x",
};

/* Dependencies that are declared in that image: consumer and prerequisite */
static const char * const declared[][2] __initconst = {
	{ "drivers/hen-house", "egg" },
	{ "drivers/egg", "core" },
	{ "drivers/egg", "drivers/one/core" },
	{ "drivers/egg", "no_such" },
	{ "drivers/hen-house", "drivers/egg" },
	{ "drivers/first/x", "egg" },
	{ "drivers/without/initcall", "egg" },
};

#define MAX_EDGES	(ARRAY_SIZE(declared) + 3)

struct image {
	struct initcall_graph graph;
	struct initcall_module modules[ARRAY_SIZE(paths) + 1];
	struct initcall_edge edges[MAX_EDGES];
	struct strings strings;
};

/* The image, with what @options adds */
static struct initcall_graph * __init make_graph(struct kunit *test,
						 const struct initcall_options *options)
{
	struct image *image = kunit_kzalloc(test, sizeof(*image), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, image);
	image->graph = (struct initcall_graph) {
		.modules = image->modules,
		.edges = image->edges,
		.nr_modules = 1,
	};
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		KUNIT_ASSERT_EQ(test, i + 1,
				add_module(&image->graph, &image->strings, paths[i]));
	for (i = 0; i < ARRAY_SIZE(declared); i++)
		initcall_names_declare(&image->graph, merged(&image->strings, declared[i][0]),
				       merged(&image->strings, declared[i][1]));
	for (i = 0; i < options->nr_edges; i++)
		if (!options->edges[i].drop)
			initcall_names_declare(&image->graph, options->edges[i].consumer,
					       options->edges[i].prerequisite);
	return &image->graph;
}

/* @wanted: a letter for the state of each dependency, those of add= last */
static void __init expect_states(struct kunit *test, const char *text, const char *wanted)
{
	static const char letters[] __initconst = {
		[INITCALL_EDGE_ACTIVE] = '+',
		[INITCALL_EDGE_ABSENT] = '-',
		[INITCALL_EDGE_AMBIGUOUS] = '?',
		[INITCALL_EDGE_DROPPED] = 'D',
	};
	struct initcall_options *options = parse(test, text, 0);
	struct initcall_graph *graph = make_graph(test, options);
	char got[MAX_EDGES + 1] = "";
	u32 i;

	initcall_options_apply(options, graph);
	for (i = 0; i < graph->nr_edges; i++)
		got[i] = letters[graph->edges[i].state];
	KUNIT_EXPECT_STREQ_MSG(test, got, wanted, "%s", text);
}

static void __init options_add(struct kunit *test)
{
	expect_states(test, "verbose", "+?+-++-");
	expect_states(test, "add=egg:hen_house", "+?+-++-+");
	expect_states(test, "add=drivers/two/core:egg,add=core:egg", "+?+-++-+?");
	expect_states(test, "add=egg:no_such,add=no_such:egg,add=x:hen_house", "+?+-++---+");
}

static void __init options_drop(struct kunit *test)
{
	/* Whatever an end is called, each dependency of these modules is meant. */
	expect_states(test, "drop=hen_house:egg", "D?+-D+-");
	expect_states(test, "drop=hen-house:drivers/egg", "D?+-D+-");
	expect_states(test, "drop=drivers/hen-house:egg", "D?+-D+-");
	expect_states(test, "drop=drivers/egg:drivers/one/core", "+?D-++-");
	/* What means no module, or several, is compared as a text. */
	expect_states(test, "drop=egg:core", "+DD-++-");
	expect_states(test, "drop=egg:no_such", "+?+D++-");
	expect_states(test, "drop=initcall:egg", "+?+-++D");
	expect_states(test, "drop=drivers/without/initcall:egg", "+?+-++D");
	expect_states(test, "drop=x:egg", "+?+-+D-");
	expect_states(test, "drop=drivers/first/x:egg", "+?+-+D-");
	/* These are not in the image. */
	expect_states(test, "drop=egg:hen_house", "+?+-++-");
	expect_states(test, "drop=egg:drivers/two/core", "+?+-++-");
	expect_states(test, "drop=egg:no", "+?+-++-");
	expect_states(test, "drop=drivers/x:egg", "+?+-++-");
}

/* Whatever the order on the command line, all is added before anything is dropped. */
static void __init options_add_and_drop(struct kunit *test)
{
	expect_states(test, "drop=egg:hen_house,add=egg:hen_house", "+?+-++-D");
	expect_states(test, "add=egg:hen_house,drop=egg:hen_house", "+?+-++-D");
	expect_states(test, "add=hen_house:egg,drop=hen_house:egg,add=egg:x", "D?+-D+-D+");
	expect_states(test, "add=a:b,drop=a:b", "+?+-++-D");
}

static struct kunit_case __refdata options_cases[] = {
	KUNIT_CASE(options_flags),
	KUNIT_CASE(options_edges),
	KUNIT_CASE(options_malformed),
	KUNIT_CASE(options_debugging),
	KUNIT_CASE(options_shuffle),
	KUNIT_CASE(options_long),
	KUNIT_CASE(options_many),
	KUNIT_CASE(options_levels),
	KUNIT_CASE(options_add),
	KUNIT_CASE(options_drop),
	KUNIT_CASE(options_add_and_drop),
	{}
};

static struct kunit_suite options_suite = {
	.name = "initcall_depends_options",
	.test_cases = options_cases,
};

kunit_test_init_section_suite(options_suite);
