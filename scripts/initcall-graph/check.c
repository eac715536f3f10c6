// SPDX-License-Identifier: GPL-2.0
/*
 * What is wrong with the dependencies of an image, as a compiler would say it.
 */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "declared.h"
#include "kbuild.h"

enum severity { NOTE, WARNING, ERROR, NR_SEVERITIES };

static const char * const severities[] = { "note", "warning", "error" };

/**
 * struct checker - state of a check
 * @request: what the user wants
 * @plan: the plan
 * @declared: where its dependencies are declared
 * @kbuild: all modules of the source tree, none if they are not known
 * @counts: what has been found, by severity
 */
struct checker {
	const struct request *request;
	const struct plan *plan;
	struct declared declared;
	const struct kbuild *kbuild;
	u32 counts[NR_SEVERITIES];
};

static void say_where(const struct checker *checker, u32 edge)
{
	int len;
	const char *at = declared_at(&checker->declared, edge, &len);

	if (at)
		fprintf(stderr, "%.*s: ", len, at);
	else
		fprintf(stderr, "%s: ", edge < checker->plan->nr_declared ?
					image_path(checker->plan->image) : "command line");
}

static void say_symbol(const struct kbuild_module *module)
{
	if (module && *module->symbol)
		fprintf(stderr, " (%s)", module->symbol);
}

static const struct kbuild_module *find_module(const struct checker *checker, u32 id,
					       const char *words)
{
	const struct initcall_names *names = &checker->plan->names;

	if (id < names->nr_modules)
		return kbuild_find_in(checker->kbuild, names->modules[id].name,
				      names->modules[id].dir);
	return kbuild_find(checker->kbuild, words);
}

static const struct kbuild_module *find_consumer(const struct checker *checker, u32 i)
{
	return find_module(checker, checker->plan->graph.edges[i].consumer,
			   checker->plan->declarations[i].consumer);
}

static const struct kbuild_module *find_prerequisite(const struct checker *checker, u32 i)
{
	return find_module(checker, checker->plan->graph.edges[i].prerequisite,
			   checker->plan->declarations[i].prerequisite);
}

/* <where>: <severity>: <consumer> needs <prerequisite>, <what is to be said about it> */
static void say(struct checker *checker, u32 i, enum severity severity, const char *format, ...)
{
	const struct initcall_declaration *words = &checker->plan->declarations[i];
	va_list args;

	checker->counts[severity]++;
	say_where(checker, i);
	fprintf(stderr, "%s: %s", severities[severity], words->consumer);
	say_symbol(find_consumer(checker, i));
	fprintf(stderr, " needs %s", words->prerequisite);
	say_symbol(find_prerequisite(checker, i));
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* What stands alone, and is in nobody's way. */
static void remark(struct checker *checker, u32 i, const char *what, const char *more)
{
	if (!checker->request->no_notes)
		say(checker, i, NOTE, ", which %s%s", what, more);
}

static void check_absent(struct checker *checker, u32 i)
{
	const char *wanted = checker->plan->declarations[i].prerequisite;
	const struct kbuild_module *nearest;

	if (!checker->kbuild->nr_modules) {
		remark(checker, i, "is not in this image", "; --names would tell why");
		return;
	}
	if (kbuild_find(checker->kbuild, wanted)) {
		remark(checker, i, "is not configured", "");
		return;
	}
	nearest = kbuild_nearest(checker->kbuild, wanted);
	if (!nearest)
		say(checker, i, ERROR, ", but nothing in this tree has that name");
	else
		say(checker, i, ERROR,
		    ", but nothing in this tree has that name; did you mean %s%s%s?",
		    strchr(wanted, '/') ? nearest->path : nearest->name,
		    *nearest->symbol ? " of " : "", nearest->symbol);
}

static bool is_in_image(const struct plan *plan, const struct kbuild_module *module)
{
	return initcall_names_find(&plan->names, module->path) < INITCALL_AMBIGUOUS;
}

static void check_ambiguous(struct checker *checker, u32 i)
{
	const struct plan *plan = checker->plan;
	const struct initcall_declaration *words = &plan->declarations[i];
	bool consumer = plan->graph.edges[i].consumer == INITCALL_AMBIGUOUS;
	const char *wanted = consumer ? words->consumer : words->prerequisite;
	const struct kbuild_module *module;
	size_t k;

	say(checker, i, ERROR, ", but there are several %s: give the path", wanted);
	for (k = 0; k < checker->kbuild->nr_modules; k++) {
		module = &checker->kbuild->modules[k];
		if (!kbuild_is(module, wanted) || !is_in_image(plan, module))
			continue;
		say_where(checker, i);
		fprintf(stderr, "note: one is \"%s\"", module->path);
		say_symbol(module);
		fputc('\n', stderr);
	}
}

static void check_cycle(struct checker *checker, u32 first)
{
	const struct initcall_edge *edges = checker->plan->graph.edges;
	u32 i, members = 0;

	for (i = 0; i < checker->plan->graph.nr_edges; i++) {
		if (i < first && edges[i].cycle == edges[first].cycle)
			return;		/* it has been told */
		members += edges[i].cycle == edges[first].cycle;
	}
	say(checker, first, ERROR, " in a cycle of %u dependencies:", members);
	for (i = 0; i < checker->plan->graph.nr_edges; i++) {
		if (edges[i].cycle == edges[first].cycle)
			say(checker, i, NOTE, "%s", edges[i].state == INITCALL_EDGE_CYCLIC ?
			    ", ignored at boot: against link order" : "");
	}
}

/* First and last initcall of the modules at both ends of an edge. */
struct ends {
	u32 first_needed;
	u32 last_needed;
	u32 first;
	u32 last;
};

static struct ends find_ends(const struct plan *plan, const struct initcall_edge *edge, int level)
{
	struct ends ends = { INITCALL_NONE, INITCALL_NONE, INITCALL_NONE, INITCALL_NONE };
	u32 i;

	for (i = 0; i < plan->graph.nr_nodes; i++) {
		if (level >= 0 && plan->nodes[i].level != level)
			continue;
		if (plan->nodes[i].module == edge->prerequisite) {
			ends.last_needed = i;
			if (ends.first_needed == INITCALL_NONE)
				ends.first_needed = i;
		}
		if (plan->nodes[i].module == edge->consumer) {
			ends.last = i;
			if (ends.first == INITCALL_NONE)
				ends.first = i;
		}
	}
	return ends;
}

static void check_later(struct checker *checker, u32 i)
{
	const struct plan *plan = checker->plan;
	const struct initcall_edge *edge = &plan->graph.edges[i];
	struct ends ends = find_ends(plan, edge, -1);
	char later[16], level[16], levels[64];

	snprintf(levels, sizeof(levels), "%s, not %s",
		 plan_level(&plan->nodes[ends.first_needed], later),
		 plan_level(&plan->nodes[ends.last], level));
	if (edge->state == INITCALL_EDGE_INVERTED)
		say(checker, i, ERROR, ", which comes later, and has no driver to retry: %s",
		    levels);
	else
		remark(checker, i, "comes later and is honoured by retry: ", levels);
}

/* Would the two come in that order without the declaration, at every level? */
static void check_stale(struct checker *checker, u32 i)
{
	const struct plan *plan = checker->plan;
	const struct initcall_edge *edge = &plan->graph.edges[i];
	bool together = false;
	struct ends ends;
	int level;

	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		ends = find_ends(plan, edge, level);
		if (ends.first == INITCALL_NONE || ends.first_needed == INITCALL_NONE)
			continue;
		together = true;
		if (ends.last_needed > ends.first)
			return;
	}
	remark(checker, i, "comes first anyway, ",
	       together ? "in link order" : "at an earlier level");
}

static void check_edge(struct checker *checker, u32 i)
{
	const struct initcall_edge *edge = &checker->plan->graph.edges[i];

	if (edge->cycle)
		check_cycle(checker, i);
	else if (edge->state == INITCALL_EDGE_CYCLIC)
		say(checker, i, ERROR, ", which is itself");
	else if (edge->state == INITCALL_EDGE_ABSENT)
		check_absent(checker, i);
	else if (edge->state == INITCALL_EDGE_AMBIGUOUS)
		check_ambiguous(checker, i);
	else if (edge->state == INITCALL_EDGE_MODULE)
		say(checker, i, WARNING,
		    ", which is a module, but is itself built in: build in both or neither");
	else if (edge->state == INITCALL_EDGE_RETRY || edge->state == INITCALL_EDGE_INVERTED)
		check_later(checker, i);
	else if (edge->state == INITCALL_EDGE_ORDERED)
		check_stale(checker, i);
}

/**
 * command_check() - tell what is wrong with the dependencies of an image
 * @request: what the user wants
 * @plan: what the kernel is going to do
 *
 * Return: PROBLEMS if there is an error, CLEAN if not.
 */
int command_check(const struct request *request, const struct plan *plan)
{
	struct checker checker = { .request = request, .plan = plan, .kbuild = &request->kbuild };
	u32 i;

	declared_open(&checker.declared, plan);
	for (i = 0; i < plan->graph.nr_edges; i++)
		check_edge(&checker, i);
	declared_close(&checker.declared);
	printf("%u dependencies: %u errors, %u warnings", plan->graph.nr_edges,
	       checker.counts[ERROR], checker.counts[WARNING]);
	if (!request->no_notes)
		printf(", %u notes", checker.counts[NOTE]);
	putchar('\n');
	return checker.counts[ERROR] ? PROBLEMS : CLEAN;
}
