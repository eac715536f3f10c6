// SPDX-License-Identifier: GPL-2.0
/*
 * The command line parameter initcall_depends=, from text to edges
 *
 * Without kernel state: KUnit and scripts/initcall-graph use it, too. cmdline.c is
 * what connects it with the kernel.
 */

#define pr_fmt(fmt) "initcall_depends: " fmt

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "options.h"
#include "words.h"

/* Longer than any path in the kernel tree. */
#define MAX_NAME_LEN	128

/* Has only characters that names of modules and paths in the kernel tree have. */
static bool __init is_valid_name(const char *name)
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
	if (!is_valid_name(pair) || !is_valid_name(prerequisite)) {
		pr_err("%s=%.64s:%.64s ignored: expected two names or paths of modules\n",
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

static u32 __init find_base(const char *name)
{
	u32 base;

	for (base = 0; base < INITCALL_NR_BASES; base++)
		if (!strcmp(initcall_level_words[initcall_base_level(base)], name))
			return 1U << base;
	pr_err("shuffle ignored: no level is called %.64s\n", name);
	return 0;
}

/* "42" for all levels, "42:device+late" for some. */
static int __init parse_shuffle(struct initcall_options *options, char *text)
{
	char *seed = strsep(&text, ":"), *name;
	u32 base, bases = 0;
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
		base = find_base(name);
		if (!base)
			return -EINVAL;
		bases |= base;
	}
	options->shuffle = bases ?: INITCALL_ALL_BASES;
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
 * initcall_options_parse() - read one value of initcall_depends=
 * @options: what earlier values said; this one is added
 * @arg: the value, a comma-separated list; cut into pieces that @options keeps
 *
 * A part that is invalid gets one line in the log and is ignored. Not inlined:
 * initcall-graph looks for the symbol.
 *
 * Context: __init, any.
 * Return: 0, or the error of the last invalid part.
 */
noinline int __init initcall_options_parse(struct initcall_options *options, char *arg)
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

static u32 __init count_added(const struct initcall_options *options)
{
	u32 i, count = 0;

	for (i = 0; i < options->nr_edges; i++)
		count += !options->edges[i].drop;
	return count;
}

static void __init report_absent(const struct initcall_graph *graph, u32 first)
{
	const struct initcall_edge *edge;

	for (edge = graph->edges + first; edge < graph->edges + graph->nr_edges; edge++)
		if (edge->state == INITCALL_EDGE_ABSENT)
			pr_err("add=%s:%s has no effect: %s has no initcall in this kernel\n",
			       edge->consumer_name, edge->prerequisite_name,
			       edge->consumer ? edge->prerequisite_name : edge->consumer_name);
}

/* One end of an edge: by module, or by name if that does not mean one module. */
static bool __init is_meant(u32 module, const char *name, u32 wanted, const char *wanted_name)
{
	if (wanted && wanted != INITCALL_AMBIGUOUS)
		return module == wanted;
	return !strcmp(name, wanted_name) || !strcmp(kbasename(name), wanted_name);
}

static void __init drop_edge(struct initcall_graph *graph, const struct initcall_option *option)
{
	u32 consumer = initcall_names_find(graph, option->consumer);
	u32 prerequisite = initcall_names_find(graph, option->prerequisite);
	struct initcall_edge *edge;
	bool found = false;

	for (edge = graph->edges; edge < graph->edges + graph->nr_edges; edge++) {
		if (!is_meant(edge->consumer, edge->consumer_name, consumer, option->consumer) ||
		    !is_meant(edge->prerequisite, edge->prerequisite_name, prerequisite,
			      option->prerequisite))
			continue;
		edge->state = INITCALL_EDGE_DROPPED;
		found = true;
	}
	if (!found)
		pr_err("drop=%s:%s ignored: there is no such dependency in this kernel\n",
		       option->consumer, option->prerequisite);
}

/**
 * initcall_options_apply() - drop dependencies, and report what has no effect
 * @options: what the command line says
 * @graph: the graph, with all edges; the last ones are those of add=
 *
 * A dependency that was added can be dropped, too.
 *
 * Context: __init, any.
 */
void __init initcall_options_apply(const struct initcall_options *options,
				   struct initcall_graph *graph)
{
	u32 i;

	report_absent(graph, graph->nr_edges - count_added(options));
	for (i = 0; i < options->nr_edges; i++)
		if (options->edges[i].drop)
			drop_edge(graph, &options->edges[i]);
}
