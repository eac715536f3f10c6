// SPDX-License-Identifier: GPL-2.0
/*
 * What the command line parameter initcall_depends= says.
 *
 * Free of kernel state, like order.c.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "options.h"
#include "order.h"
#include "words.h"

/* Longer than any path in the kernel tree; a longer name is a mistake. */
#define MAX_NAME_LEN	128

/* What names of modules and paths in the kernel tree are made of. */
static bool __init valid_name(const char *name)
{
	size_t len = strlen(name), i;

	for (i = 0; i < len; i++)
		if (!isalnum(name[i]) && !strchr("_-+./", name[i]))
			return false;
	return len > 0 && len <= MAX_NAME_LEN;
}

static int __init parse_edge(struct initcall_options *options, char *pair, bool drop)
{
	const char *key = drop ? "drop" : "add";
	char *prerequisite = strchr(pair, ':');
	struct initcall_option *edge;

	if (!prerequisite) {
		pr_err("%s=%.64s ignored: expected consumer:prerequisite\n", key, pair);
		return -EINVAL;
	}
	*prerequisite++ = '\0';
	if (!valid_name(pair) || !valid_name(prerequisite)) {
		pr_err("%s=%.64s:%.64s ignored: not a pair of names of modules\n",
		       key, pair, prerequisite);
		return -EINVAL;
	}
	if (options->nr_edges == INITCALL_MAX_OPTIONS) {
		pr_err("%s=%s:%s ignored: only %d dependencies can be given\n",
		       key, pair, prerequisite, INITCALL_MAX_OPTIONS);
		return -ENOSPC;
	}
	edge = &options->edges[options->nr_edges++];
	edge->consumer = pair;
	edge->prerequisite = prerequisite;
	edge->drop = drop;
	return 0;
}

static int __init parse_discover(struct initcall_options *options)
{
	if (!IS_ENABLED(CONFIG_INITCALL_DEPENDS_DISCOVER)) {
		pr_err("discover ignored: built without CONFIG_INITCALL_DEPENDS_DISCOVER\n");
		return -EOPNOTSUPP;
	}
	options->discover = true;
	return 0;
}

static u32 __init find_level(const char *name)
{
	u32 level;

	for (level = 0; level < INITCALL_NR_LEVELS; level++)
		if (!strcmp(initcall_levels[level], name))
			return 1U << level;
	pr_err("shuffle ignored: no level is called %.64s\n", name);
	return 0;
}

/* "42" for all levels, "42:device+late" for some. */
static int __init parse_shuffle(struct initcall_options *options, char *text)
{
	char *seed = strsep(&text, ":"), *name;
	u32 level, levels = 0;
	u64 number;

	if (!IS_ENABLED(CONFIG_INITCALL_DEPENDS_SHUFFLE)) {
		pr_err("shuffle ignored: built without CONFIG_INITCALL_DEPENDS_SHUFFLE\n");
		return -EOPNOTSUPP;
	}
	if (kstrtou64(seed, 10, &number)) {
		pr_err("shuffle=%.64s ignored: expected a number, the seed\n", seed);
		return -EINVAL;
	}
	while ((name = strsep(&text, "+"))) {
		level = find_level(name);
		if (!level)
			return -EINVAL;
		levels |= level;
	}
	options->shuffle = levels ?: INITCALL_ALL_LEVELS;
	options->seed = number;
	return 0;
}

static int __init parse_one(struct initcall_options *options, char *key)
{
	if (!strcmp(key, "off")) {
		options->off = true;
		return 0;
	}
	if (!strcmp(key, "verbose")) {
		options->verbose = true;
		return 0;
	}
	if (!strcmp(key, "discover"))
		return parse_discover(options);
	if (!strncmp(key, "shuffle=", 8))
		return parse_shuffle(options, key + 8);
	if (!strncmp(key, "add=", 4))
		return parse_edge(options, key + 4, false);
	if (!strncmp(key, "drop=", 5))
		return parse_edge(options, key + 5, true);
	pr_err("'%.64s' ignored: expected off, verbose, discover, shuffle=seed, add=consumer:prerequisite or drop=consumer:prerequisite\n",
	       key);
	return -EINVAL;
}

/**
 * initcall_options_parse() - take in one value of initcall_depends=
 * @options: receives what it says, beside what is in there already
 * @arg: the value, a comma-separated list; cut into pieces that @options keeps
 *
 * A part that makes no sense gets one line in the log and is ignored.
 *
 * Context: __init, any.
 * Return: 0, or the error of the last part that made no sense.
 */
int __init initcall_options_parse(struct initcall_options *options, char *arg)
{
	int err, ret = 0;
	char *key;

	while ((key = strsep(&arg, ","))) {
		err = parse_one(options, key);
		if (err)
			ret = err;
	}
	return ret;
}
