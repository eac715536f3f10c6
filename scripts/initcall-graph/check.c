// SPDX-License-Identifier: GPL-2.0
/*
 * What is wrong with dependencies, as a compiler would say it.
 */

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include <linux/compiler.h>
#include <linux/string.h>

#include "commands.h"
#include "declared.h"
#include "drivers.h"

/* MORE follows an error or a warning, and belongs to it. */
enum severity { NOTE, WARNING, ERROR, MORE, NR_SEVERITIES };

static const char * const severities[] = { "note", "warning", "error", "note" };
static const char no_such_name[] = ", but nothing in this tree has that name";

/**
 * struct checker - state of a check
 * @request: what the user wants
 * @kbuild: all modules of the source tree, none if they are not known
 * @plan: the plan
 * @declared: where its dependencies are declared
 * @counts: what has been found, by severity
 * @nr_known: what has been found and is known
 * @nr_lines: number of lines that modules (=m) have
 */
struct checker {
	const struct request *request;
	const struct kbuild *kbuild;
	const struct plan *plan;
	struct declared declared;
	u32 counts[NR_SEVERITIES];
	u32 nr_known;
	u32 nr_lines;
};

static void print_where(const struct checker *checker, u32 edge)
{
	const char *at;
	int len;

	at = declared_at(&checker->declared, checker->plan, edge, &len);
	fprintf(stderr, "%.*s: ", len, at);
}

static void print_symbol(const struct kbuild_module *module)
{
	if (module && *module->symbol)
		fprintf(stderr, " (%s)", module->symbol);
}

static const struct kbuild_module *find_module(const struct checker *checker, u32 id,
					       const char *name)
{
	return kbuild_find(checker->kbuild,
			   is_known(id) ? checker->plan->graph.modules[id].path : name);
}

/* <where>: <severity>: <consumer> needs <prerequisite>, <what is to be said about it> */
static void print_edge(struct checker *checker, u32 i, enum severity severity,
		       const char *format, va_list args)
{
	const struct initcall_edge *edge = &checker->plan->graph.edges[i];

	print_where(checker, i);
	fprintf(stderr, "%s: %s", severities[severity], checker->plan->consumers[i]);
	print_symbol(find_module(checker, edge->consumer, edge->consumer_name));
	fprintf(stderr, " needs %s", edge->prerequisite_name);
	print_symbol(find_module(checker, edge->prerequisite, edge->prerequisite_name));
	vfprintf(stderr, format, args);
}

/* What to write into the file of known errors, to tolerate this one. */
static void print_kind(enum kind kind, const struct known_entry *entry)
{
	if (entry && entry->reason)
		fprintf(stderr, ", waived: %s", entry->reason);
	else if (entry)
		fputs(", known", stderr);
	fprintf(stderr, " [%s]\n", kind_names[kind]);
}

static __printf(4, 5)
void remark(struct checker *checker, u32 i, enum severity severity, const char *format, ...)
{
	va_list args;

	if (severity == NOTE && checker->request->no_notes)
		return;
	checker->counts[severity]++;
	va_start(args, format);
	print_edge(checker, i, severity, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static enum severity severity_of(const struct checker *checker, enum kind kind)
{
	if (checker->request->warn_only)
		return WARNING;
	return kind == MODULE || kind == NO_INITCALL || kind == ONCE || kind == TWICE ? WARNING :
											ERROR;
}

static enum severity count(struct checker *checker, enum kind kind,
			   const struct known_entry *entry)
{
	enum severity severity = entry ? NOTE : severity_of(checker, kind);

	if (entry)
		checker->nr_known++;
	else
		checker->counts[severity]++;
	return severity;
}

/* Whether it was printed, so that more may follow. */
static __printf(4, 5)
bool report(struct checker *checker, u32 i, enum kind kind, const char *format, ...)
{
	const struct initcall_edge *edge = &checker->plan->graph.edges[i];
	const struct known_entry *entry = known_find(checker->request->known, kind,
						     edge->consumer_name,
						     edge->prerequisite_name);
	enum severity severity = count(checker, kind, entry);
	va_list args;

	if (entry && checker->request->no_notes)
		return false;
	va_start(args, format);
	print_edge(checker, i, severity, format, args);
	va_end(args);
	print_kind(kind, entry);
	return true;
}

/* What follows if nothing in the tree has a name. */
static void suggest(const struct kbuild *kbuild, const char *wanted, char text[512])
{
	const struct kbuild_module *nearest = kbuild_nearest(kbuild, wanted);

	if (nearest)
		snprintf(text, 512, "; did you mean %s%s%s?",
			 strchr(wanted, '/') ? nearest->path : nearest->name,
			 *nearest->symbol ? " of " : "", nearest->symbol);
	else
		*text = '\0';
}

static void check_prerequisite(struct checker *checker, u32 i)
{
	const char *wanted = checker->plan->graph.edges[i].prerequisite_name;
	const struct kbuild *kbuild = checker->kbuild;
	char text[512], state;

	if (!kbuild->nr_modules) {
		remark(checker, i, NOTE, ", which has no initcall in this image");
	} else if (!kbuild_find(kbuild, wanted)) {
		suggest(kbuild, wanted, text);
		report(checker, i, NAME, "%s%s", no_such_name, text);
	} else if (!kbuild->folder) {
		remark(checker, i, NOTE, ", which is not configured, or has no initcall");
	} else {
		state = kbuild_state(kbuild, wanted);
		if (state == 'm')
			report(checker, i, MODULE,
			       ", which is a module: build in both or neither");
		else
			remark(checker, i, NOTE, state == 'y' ?
			       ", which is built in, but has no initcall to wait for" :
			       ", which is not configured");
	}
}

static void check_consumer(struct checker *checker, u32 i)
{
	const struct kbuild *kbuild = checker->kbuild;
	const char *consumer = checker->plan->graph.edges[i].consumer_name;
	char text[512];

	if (i < checker->plan->nr_declared) {
		report(checker, i, NO_INITCALL,
		       ", but has no initcall, so that this has no effect");
	} else if (!kbuild->nr_modules || kbuild_find(kbuild, consumer)) {
		remark(checker, i, NOTE, ", but has no initcall in this image");
	} else {
		suggest(kbuild, consumer, text);
		report(checker, i, NAME, ", but nothing in this tree is called %s%s",
		       consumer, text);
	}
}

static void check_absent(struct checker *checker, u32 i)
{
	const struct initcall_edge *edge = &checker->plan->graph.edges[i];

	if (!edge->prerequisite)
		check_prerequisite(checker, i);
	if (!edge->consumer)
		check_consumer(checker, i);
}

static void check_ambiguous(struct checker *checker, u32 i)
{
	const struct initcall_graph *graph = &checker->plan->graph;
	const char *wanted = graph->edges[i].consumer == INITCALL_AMBIGUOUS ?
			     graph->edges[i].consumer_name : graph->edges[i].prerequisite_name;
	u32 id;

	if (!report(checker, i, AMBIGUOUS, ", but several modules are called %s: give the path",
		    wanted))
		return;
	for (id = 1; id < graph->nr_modules; id++) {
		if (!kbuild_is(graph->modules[id].path, wanted))
			continue;
		print_where(checker, i);
		fprintf(stderr, "note: one is \"%s\"", graph->modules[id].path);
		print_symbol(kbuild_find(checker->kbuild, graph->modules[id].path));
		fputc('\n', stderr);
	}
}

static void check_cycles(struct checker *checker)
{
	const struct plan *plan = checker->plan;
	u32 i, length, k;

	for (i = 0; i < plan->nr_cycles; i += length + 1) {
		for (length = 1; plan->cycles[i + length] != INITCALL_NONE; length++)
			;
		if (length == 1) {
			report(checker, plan->cycles[i], ITSELF, ", which is itself");
			continue;
		}
		if (!report(checker, plan->cycles[i], CYCLE,
			    ", which closes a cycle of %u lines, and is left out", length))
			continue;
		for (k = 1; k < length; k++)
			remark(checker, plan->cycles[i + k], MORE, ", in this cycle");
	}
	if (plan->cut)
		fprintf(stderr, "%s: %s: there are more cycles\n", image_path(plan->image),
			severities[severity_of(checker, CYCLE)]);
}

static void check_later(struct checker *checker, u32 i, unsigned int drivers)
{
	const struct initcall_graph *graph = &checker->plan->graph;
	u32 level = plan_last_level(checker->plan, graph->edges[i].consumer);
	u32 later = plan_first_level(checker->plan, graph->edges[i].prerequisite);
	const char *consumer = checker->plan->consumers[i];

	if (later >= INITCALL_LATE)
		report(checker, i, LATE,
		       ", which comes when nothing is held any more: %s, not %s",
		       plan_level(later), plan_level(level));
	else if (drivers & DRIVERS_HELD)
		remark(checker, i, NOTE,
		       ", which comes later, so that devices of %s are held: %s, not %s",
		       consumer, plan_level(later), plan_level(level));
	else
		report(checker, i, LATER,
		       ", which comes later, but %s has no driver that can be held: %s, not %s",
		       consumer, plan_level(later), plan_level(level));
}

static void check_active(struct checker *checker, u32 i)
{
	u32 consumer = checker->plan->graph.edges[i].consumer;
	unsigned int drivers = find_drivers(checker->plan, consumer, checker->kbuild);

	if (plan_is_later(checker->plan, i)) {
		check_later(checker, i, drivers);
		if (!(drivers & DRIVERS_HELD))
			return;
	}
	if (drivers & DRIVERS_ONCE)
		report(checker, i, ONCE,
		       ", but has a driver of platform_driver_probe(), which cannot be held");
}

static bool is_same(const struct initcall_edge *one, const struct initcall_edge *other)
{
	return !strcmp(one->consumer_name, other->consumer_name) &&
	       (is_known(one->prerequisite) ? one->prerequisite == other->prerequisite :
		!strcmp(one->prerequisite_name, other->prerequisite_name));
}

/* A line in a header may be there for several objects of a module. */
static void check_twice(struct checker *checker, u32 i)
{
	const struct initcall_edge *edges = checker->plan->graph.edges;
	const struct line *line, *first;
	u32 k = 0;

	while (!is_same(&edges[k], &edges[i]))
		k++;
	line = declared_line(&checker->declared, checker->plan, i);
	first = declared_line(&checker->declared, checker->plan, k);
	if (!line || !first || (line->at_len == first->at_len &&
				!strncmp(line->at, first->at, line->at_len)))
		return;
	report(checker, i, TWICE, ", which %.*s says already", first->at_len, first->at);
}

static void check_edge(struct checker *checker, u32 i)
{
	const struct initcall_edge *edge = &checker->plan->graph.edges[i];

	if (edge->state == INITCALL_EDGE_ABSENT)
		check_absent(checker, i);
	else if (edge->state == INITCALL_EDGE_AMBIGUOUS)
		check_ambiguous(checker, i);
	else if (edge->state == INITCALL_EDGE_ACTIVE)
		check_active(checker, i);
	check_twice(checker, i);
}

static void check_stale(struct checker *checker)
{
	const struct known *known = checker->request->known;
	const struct known_entry *entry;

	for (entry = known->entries; entry; entry = entry->next) {
		if (!known_is_stale(entry) || (entry->reason && checker->request->no_notes))
			continue;
		checker->counts[entry->reason ? NOTE : WARNING]++;
		fprintf(stderr, "%s:%u: %s: %s needs %s, which is wrong no longer: %s [%s]\n",
			entry->reason ? known->waivers : known->baseline, entry->line,
			entry->reason ? "note" : "warning", entry->consumer, entry->prerequisite,
			entry->reason ? "remove the waiver if that is so everywhere" :
					"write the baseline again", kind_names[entry->kind]);
	}
}

/* What is wrong has been printed; the sum of it, and what else is left to do. */
static int finish(struct checker *checker, const char *what, u32 nr_edges, bool has_notes)
{
	const struct known *known = checker->request->known;

	if (!known->write)
		check_stale(checker);
	else if (!known_write(known))
		return TROUBLE;
	printf("%u dependencies%s: %u errors, %u warnings", nr_edges, what, checker->counts[ERROR],
	       checker->counts[WARNING]);
	if (has_notes && !checker->request->no_notes)
		printf(", %u notes", checker->counts[NOTE]);
	if (known->baseline || known->waivers || known->write)
		printf(", %u known", checker->nr_known);
	putchar('\n');
	return checker->counts[ERROR] ? PROBLEMS : CLEAN;
}

/* What is known of others, which are not in this image, stays as it is. */
static void note_consumers(struct known *known, const struct plan *plan)
{
	u32 i;

	for (i = 1; i < plan->graph.nr_modules; i++)
		known_is_here(known, plan->graph.modules[i].path);
	for (i = 0; i < plan->graph.nr_edges; i++)
		known_is_here(known, plan->graph.edges[i].consumer_name);
}

/**
 * command_check() - report what is wrong with the dependencies of an image
 * @request: what the user wants
 * @plan: what the kernel is going to do
 *
 * Return: PROBLEMS if there is an error, CLEAN if not, TROUBLE if a baseline is not written.
 */
int command_check(const struct request *request, const struct plan *plan)
{
	struct checker checker = { .request = request, .kbuild = &request->kbuild, .plan = plan };
	u32 i;

	declared_in_kernel(&checker.declared, image_path(plan->image));
	note_consumers(request->known, plan);
	for (i = 0; i < plan->graph.nr_edges; i++)
		check_edge(&checker, i);
	check_cycles(&checker);
	declared_close(&checker.declared);
	return finish(&checker, "", plan->graph.nr_edges, true);
}

static void check_name(struct checker *checker, const struct line *line, const char *module)
{
	const struct known_entry *entry = known_find(checker->request->known, NAME, module,
						     line->name);
	enum severity severity = count(checker, NAME, entry);
	char text[512];

	if (entry && checker->request->no_notes)
		return;
	suggest(checker->kbuild, line->name, text);
	fprintf(stderr, "%.*s: %s: %s needs %s%s%s", line->at_len, line->at,
		severities[severity], kbasename(module), line->name, no_such_name, text);
	print_kind(NAME, entry);
}

static void check_module(struct checker *checker, const char *folder, const char *module)
{
	char path[2 * PATH_MAX + sizeof(".ko")];
	struct declared declared;
	const struct line *line;

	known_is_here(checker->request->known, module);
	snprintf(path, sizeof(path), "%s%s.ko", folder, module);
	declared_in_module(&declared, path);
	for (line = declared.lines; line < declared.lines + declared.nr_lines; line++) {
		checker->nr_lines++;
		if (!kbuild_find(checker->kbuild, line->name))
			check_name(checker, line, module);
	}
	declared_close(&declared);
}

/* Of "drivers/char/foo.o" in modules.order, drivers/char/foo.ko beside that. */
static void check_modules(struct checker *checker, const char *order, FILE *file)
{
	char line[PATH_MAX], folder[PATH_MAX], *suffix;

	snprintf(folder, sizeof(folder), "%.*s", (int)(kbasename(order) - order), order);
	while (fgets(line, sizeof(line), file)) {
		suffix = strrchr(line, '.');
		if (suffix)
			*suffix = '\0';
		check_module(checker, folder, line);
	}
}

/**
 * command_modules() - report names that modules (=m) declare and that do not exist
 * @request: what the user wants: modules.order, and the names
 * @plan: of no interest
 *
 * Return: PROBLEMS if there is such a name, CLEAN if not, TROUBLE without modules.order.
 */
int command_modules(const struct request *request, const struct plan *plan)
{
	struct checker checker = { .request = request, .kbuild = &request->kbuild, .plan = plan };
	const char *order = request->operands[0];
	FILE *file = fopen(order, "r");

	if (!file) {
		fprintf(stderr, "%s: error: %s\n", order, strerror(errno));
		return TROUBLE;
	}
	check_modules(&checker, order, file);
	fclose(file);
	return finish(&checker, " of modules", checker.nr_lines, false);
}
