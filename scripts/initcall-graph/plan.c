// SPDX-License-Identifier: GPL-2.0
/*
 * From an image to what its kernel is going to do: records -> graph -> order, as
 * kernel/initcall_depends/graph.c does it, with the same names.c and order.c.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/string.h>

#include "../../kernel/initcall_depends/words.h"
#include "plan.h"

/* An impossible number of initcalls, so that a damaged image needs no memory. */
#define MAX_ENTRIES	1000000
#define MAX_CHARS	(64 * MAX_ENTRIES)

/* What to remember of cycles, for messages. */
#define MAX_CYCLES	65536

struct range {
	u64 start;
	u64 end;
};

/**
 * struct records - where the records in an image are
 * @modules: which module an initcall belongs to
 * @depends: the initcall_depends() lines
 * @strings: what these refer to
 * @consoles: the table of console_initcall(), which has records, but is not ordered
 */
struct records {
	struct range modules;
	struct range depends;
	struct range strings;
	struct range consoles;
};

/* What an initcall level begins with; the last one is the end of the table. */
static const char * const boundaries[INITCALL_NR_LEVELS + 1] = {
	"__initcall_start",
	"__initcall0_start", "__initcall0s_start",
	"__initcall1_start", "__initcall1s_start",
	"__initcall2_start", "__initcall2s_start",
	"__initcall3_start", "__initcall3s_start",
	"__initcall4_start", "__initcall4s_start",
	"__initcall5_start", "__initcall5s_start",
	"__initcallrootfs_start", "__initcallrootfss_start",
	"__initcall6_start", "__initcall6s_start",
	"__initcall7_start", "__initcall7s_start",
	"__initcall_end",
};

static bool fail(const struct plan *plan, const char *message)
{
	fprintf(stderr, "%s: error: %s\n", image_path(plan->image), message);
	return false;
}

static bool find_range(const struct plan *plan, const char *start, const char *end,
		       struct range *range)
{
	return image_symbol(plan->image, start, &range->start) &&
	       image_symbol(plan->image, end, &range->end) && range->start <= range->end;
}

static bool find_records(struct plan *plan, struct records *records)
{
	struct range initcalls;
	u64 one, same;

	if (!find_range(plan, "__initcall_start", "__initcall_end", &initcalls) ||
	    !find_range(plan, "__con_initcall_start", "__con_initcall_end", &records->consoles))
		return fail(plan, "not a Linux kernel: there is no table of initcalls");
	if (!find_range(plan, "__start_initcall_modules", "__stop_initcall_modules",
			&records->modules) ||
	    !find_range(plan, "__start_initcall_depends", "__stop_initcall_depends",
			&records->depends) ||
	    !find_range(plan, "__start_initcall_strings", "__stop_initcall_strings",
			&records->strings))
		return fail(plan, "built without CONFIG_INITCALL_DEPENDS");
	if (image_symbol(plan->image, "initcall_one_string", &one) &&
	    image_symbol(plan->image, "initcall_same_string", &same) &&
	    (one != same || one < records->strings.start || one >= records->strings.end))
		return fail(plan, "the linker has not merged strings: initcalls run in link order");
	plan->first = initcalls.start;
	return true;
}

/* What a field of a record, or an entry of a table of initcalls, points to. */
static bool read_pointer(const struct plan *plan, u64 address, u64 *target)
{
	if (!plan->relative)
		return image_pointer(plan->image, address, target);
	if (!image_number(plan->image, address, 4, target))
		return false;
	if (*target)
		*target = address + (s32)*target;
	if (image_word(plan->image) == 4)
		*target = (u32)*target;
	return true;
}

static const char *read_string(const struct plan *plan, u64 address)
{
	u64 target;

	if (!read_pointer(plan, address, &target))
		return NULL;
	return image_string(plan->image, target);
}

/* See struct initcall_record */
static u64 record_size(const struct plan *plan)
{
	return 3 * plan->word;
}

static u64 nr_records(const struct plan *plan, const struct range *range)
{
	return (range->end - range->start) / record_size(plan);
}

static bool in_table(const struct plan *plan, u64 entry, u64 start, u64 end)
{
	return entry >= start && entry < end && (entry - start) % plan->word == 0;
}

/* Every record of a module names an entry of one of the tables. */
static bool layout_fits(struct plan *plan, const struct records *records, bool relative)
{
	u64 end, entry, at;

	plan->relative = relative;
	plan->word = relative ? 4 : image_word(plan->image);
	if (!image_symbol(plan->image, "__initcall_end", &end) ||
	    (records->modules.end - records->modules.start) % record_size(plan))
		return false;
	for (at = records->modules.start; at < records->modules.end; at += record_size(plan)) {
		if (!read_pointer(plan, at, &entry))
			return false;
		if (!in_table(plan, entry, plan->first, end) &&
		    !in_table(plan, entry, records->consoles.start, records->consoles.end))
			return false;
	}
	return true;
}

/* The architecture decides; what it has decided can be seen. */
static bool find_layout(struct plan *plan, const struct records *records)
{
	if (records->modules.start == records->modules.end)
		return fail(plan, "there are no records of initcalls");
	if (layout_fits(plan, records, true) || layout_fits(plan, records, false))
		return true;
	return fail(plan, "damaged: the records of initcalls make no sense");
}

static const char no_options[] =
	"ignores initcall_depends=, built without CONFIG_INITCALL_DEPENDS_OPTIONS";

/* A kernel that would ignore some of it has another order. */
static bool can_do(const struct plan *plan, const struct initcall_options *options)
{
	if (!options->off && !options->verbose && !options->discover && !options->shuffle &&
	    !options->nr_edges)
		return true;
	if (!image_has_function(plan->image, "initcall_options_parse"))
		return fail(plan, no_options);
	if (options->off || image_has_function(plan->image, "initcall_shuffle"))
		return true;
	if (options->shuffle)
		return fail(plan, "built without CONFIG_INITCALL_DEPENDS_SHUFFLE");
	if (options->nr_edges > INITCALL_FEW_OPTIONS)
		return fail(plan, "takes fewer: built without CONFIG_INITCALL_DEPENDS_SHUFFLE");
	return true;
}

/* All in one section, so that a distance in memory is one in the file. */
static bool find_strings(struct plan *plan, const struct range *range)
{
	const char *first = image_string(plan->image, range->start);
	const char *last = image_string(plan->image, range->end - 1);

	plan->graph.strings = first;
	plan->graph.nr_places = (range->end - range->start + INITCALL_STRING_ALIGN - 1) /
				INITCALL_STRING_ALIGN;
	return first && last && (u64)(last - first) == range->end - 1 - range->start &&
	       range->end - range->start <= MAX_CHARS;
}

/* All modules get a number, whether a declaration names them or not. */
static bool allocate_graph(struct plan *plan, const struct records *records,
			   const struct initcall_options *options)
{
	u64 nr_modules = nr_records(plan, &records->modules), nr_nodes, end;
	struct initcall_graph *graph = &plan->graph;
	u32 nr_edges;

	image_symbol(plan->image, "__initcall_end", &end);
	nr_nodes = (end - plan->first) / plan->word;
	if (nr_modules >= INITCALL_AMBIGUOUS || nr_nodes > MAX_ENTRIES ||
	    nr_records(plan, &records->depends) > MAX_ENTRIES)
		return fail(plan, "damaged: more initcalls than any kernel has");
	nr_edges = nr_records(plan, &records->depends) + options->nr_edges;
	graph->nr_nodes = nr_nodes;
	graph->nr_modules = 1;
	if (!find_strings(plan, &records->strings))
		return fail(plan, "damaged: the strings of records cannot be read");
	graph->nodes = allocate(graph->nr_nodes, sizeof(*graph->nodes));
	graph->modules = allocate(nr_modules + 1, sizeof(*graph->modules));
	graph->edges = allocate(nr_edges, sizeof(*graph->edges));
	graph->meant = allocate(graph->nr_places, sizeof(*graph->meant));
	graph->order = allocate(graph->nr_nodes, sizeof(u32));
	graph->sorted = allocate(nr_modules + 1, sizeof(u32));
	graph->search = allocate(nr_modules + 2, sizeof(*graph->search));
	graph->needs = allocate(nr_edges, sizeof(*graph->needs));
	graph->needed = allocate(nr_edges, sizeof(*graph->needed));
	plan->names = allocate(nr_modules + 1, sizeof(*plan->names));
	plan->consumers = allocate(nr_edges, sizeof(*plan->consumers));
	plan->functions = allocate(graph->nr_nodes, sizeof(*plan->functions));
	plan->link = allocate(graph->nr_nodes, sizeof(u32));
	return true;
}

static bool read_levels(struct plan *plan)
{
	u64 start, end, expected = plan->first;
	u32 level, node = 0;

	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		if (!image_symbol(plan->image, boundaries[level], &start) ||
		    !image_symbol(plan->image, boundaries[level + 1], &end) ||
		    start != expected || end < start || (end - start) % plan->word ||
		    (end - plan->first) / plan->word > plan->graph.nr_nodes)
			return fail(plan, "damaged: the levels of initcalls make no sense");
		for (; node < (end - plan->first) / plan->word; node++)
			plan->graph.nodes[node] = (struct initcall_node) {
				.before = INITCALL_NONE,
				.level = level,
			};
		expected = end;
	}
	return true;
}

/* Length of a stub's name without the level at its end: early, rootfs, 6 or 6s. */
static size_t without_level(const char *name, size_t len)
{
	static const char * const words[] = { "early", "rootfs", "rootfss" };
	size_t i, word;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		word = strlen(words[i]);
		if (len > word && !strncmp(name + len - word, words[i], word))
			return len - word;
	}
	if (len > 2 && name[len - 1] == 's' && isdigit(name[len - 2]))
		return len - 2;
	return len > 1 && isdigit(name[len - 1]) ? len - 1 : len;
}

/* With LTO a table has stubs: __initstub__kmod_<module>__<number>_<line>_<function><level>. */
static char *function_name(const char *name)
{
	static const char prefix[] = "__initstub__kmod_";
	const char *at;
	int number, line, skip = 0;

	if (strncmp(name, prefix, strlen(prefix)))
		return strdup(name);
	for (at = strstr(name + strlen(prefix), "__"); at; at = strstr(at + 1, "__")) {
		if (sscanf(at, "__%d_%d_%n", &number, &line, &skip) == 2 && skip)
			return strndup(at + skip,
				       without_level(at + skip, strcspn(at + skip, ".")));
	}
	return strdup(name);
}

static bool read_functions(struct plan *plan)
{
	const char *name;
	u64 target;
	u32 i;

	for (i = 0; i < plan->graph.nr_nodes; i++) {
		if (!read_pointer(plan, plan->first + (u64)i * plan->word, &target))
			return fail(plan, "damaged: the table of initcalls cannot be read");
		name = image_function(plan->image, target);
		plan->functions[i] = name ? function_name(name) : strdup("?");
		plan->link[i] = i;
	}
	return true;
}

static const char no_module[] = "damaged: a record of an initcall has no module";

/* In the order of the records, which the kernel takes for link order. */
static bool read_modules(struct plan *plan, const struct range *range)
{
	const char *path, *name;
	u64 at, entry;
	u32 module;

	for (at = range->start; at < range->end; at += record_size(plan)) {
		if (!read_pointer(plan, at, &entry))
			return fail(plan, no_module);
		entry = (entry - plan->first) / plan->word;
		if (entry >= plan->graph.nr_nodes)
			continue;
		path = read_string(plan, at + plan->word);
		name = read_string(plan, at + 2 * plan->word);
		module = path && name ? initcall_names_add(&plan->graph, path, name) : 0;
		if (!module)
			return fail(plan, no_module);
		plan->graph.nodes[entry].module = module;
	}
	return true;
}

static bool read_declarations(struct plan *plan, const struct range *range, bool off)
{
	u32 count = nr_records(plan, range), number;
	const char *consumer, *prerequisite;
	u64 at = range->start;

	for (number = 0; number < count; number++, at += record_size(plan)) {
		prerequisite = read_string(plan, at);
		consumer = read_string(plan, at + plan->word);
		if (!consumer || !prerequisite || !*consumer || !*prerequisite) {
			fprintf(stderr, "%s: error: damaged: dependency %u cannot be read\n",
				image_path(plan->image), number);
			return false;
		}
		if (!off)
			initcall_names_declare(&plan->graph, consumer, prerequisite);
	}
	plan->nr_declared = plan->graph.nr_edges;
	return true;
}

static void add_options(struct plan *plan, const struct initcall_options *options)
{
	u32 i;

	for (i = 0; i < options->nr_edges; i++)
		if (!options->edges[i].drop)
			initcall_names_declare(&plan->graph, options->edges[i].consumer,
					       options->edges[i].prerequisite);
	initcall_options_apply(options, &plan->graph);
}

/* The last component of a path, or the path if several modules have that name. */
static void find_names(struct plan *plan)
{
	const struct initcall_edge *edges = plan->graph.edges;
	const struct initcall_module *it;
	u32 i;

	for (i = 1; i < plan->graph.nr_modules; i++) {
		it = &plan->graph.modules[i];
		plan->names[i] = strdup(initcall_names_find(&plan->graph, it->name) == i ?
					kbasename(it->path) : it->path);
	}
	for (i = 0; i < plan->graph.nr_edges; i++)
		plan->consumers[i] = strdup(is_known(edges[i].consumer) ?
					    plan->names[edges[i].consumer] :
					    kbasename(edges[i].consumer_name));
}

/* The edge by which the search has come from the parent of a module */
static u32 edge_from(const struct initcall_graph *graph, u32 parent)
{
	return graph->needs[graph->search[parent].cursor - 1].edge;
}

/* The stack of the search leads from the consumer down to the prerequisite. */
static void note_cycle(const struct initcall_graph *graph, u32 edge)
{
	struct plan *plan = (void *)((char *)graph - offsetof(struct plan, graph));
	u32 at = graph->edges[edge].consumer, length = 2, first = plan->nr_cycles + 1;

	for (; at != graph->edges[edge].prerequisite; at = graph->search[at].parent)
		length++;
	plan->cut |= length > MAX_CYCLES - plan->nr_cycles;
	if (plan->cut)
		return;
	if (!plan->cycles)
		plan->cycles = allocate(MAX_CYCLES, sizeof(u32));
	plan->nr_cycles += length;
	plan->cycles[plan->nr_cycles - 1] = INITCALL_NONE;
	plan->cycles[first - 1] = edge;
	at = graph->edges[edge].consumer;
	for (length -= 3; at != graph->edges[edge].prerequisite; length--) {
		at = graph->search[at].parent;
		plan->cycles[first + length] = edge_from(graph, at);
	}
}

static void find_order(struct plan *plan, const struct initcall_options *options)
{
	u32 i;

	if (options->off) {
		for (i = 0; i < plan->graph.nr_nodes; i++)
			plan->graph.order[i] = i;
		return;
	}
	if (options->shuffle)
		initcall_shuffle(&plan->graph, options->shuffle, options->seed, plan->link);
	plan->graph.cycle = note_cycle;
	initcall_order(&plan->graph);
}

/**
 * plan_read() - find out what the kernel in an image is going to do
 * @plan: receives it; to be given to plan_free() in any case
 * @image: the image; must live as long as the plan
 * @options: what the command line of that kernel says
 *
 * Return: true; false after a message that says what is wrong with the image.
 */
bool plan_read(struct plan *plan, struct image *image, const struct initcall_options *options)
{
	struct records records = { };

	/* What can be refused is, before the options are applied, which prints messages. */
	*plan = (struct plan){ .image = image };
	if (!find_records(plan, &records) || !find_layout(plan, &records) ||
	    !can_do(plan, options) || !allocate_graph(plan, &records, options) ||
	    !read_levels(plan) || !read_functions(plan) ||
	    !read_modules(plan, &records.modules) ||
	    !read_declarations(plan, &records.depends, options->off))
		return false;
	if (!options->off)
		add_options(plan, options);
	find_names(plan);
	find_order(plan, options);
	return true;
}

/**
 * plan_free() - free what plan_read() has allocated
 * @plan: the plan
 */
void plan_free(struct plan *plan)
{
	u32 i;

	for (i = 0; plan->functions && i < plan->graph.nr_nodes; i++)
		free(plan->functions[i]);
	for (i = 0; plan->names && i < plan->graph.nr_modules; i++)
		free(plan->names[i]);
	for (i = 0; plan->consumers && i < plan->graph.nr_edges; i++)
		free(plan->consumers[i]);
	free(plan->graph.nodes);
	free(plan->graph.modules);
	free(plan->graph.edges);
	free(plan->graph.meant);
	free(plan->graph.order);
	free(plan->graph.sorted);
	free(plan->graph.search);
	free(plan->graph.needs);
	free(plan->graph.needed);
	free(plan->names);
	free(plan->consumers);
	free(plan->functions);
	free(plan->link);
	free(plan->cycles);
}

/**
 * plan_level() - what a level is called
 * @level: the level
 *
 * Return: "device" or "device_sync", say.
 */
const char *plan_level(u32 level)
{
	return initcall_level_words[level];
}

/**
 * plan_module() - name of the module that an initcall belongs to
 * @plan: the plan
 * @node: the initcall
 *
 * Return: its name, or its path if several have that name; NULL if it is not known.
 */
const char *plan_module(const struct plan *plan, u32 node)
{
	return plan->names[plan->graph.nodes[node].module];
}

/**
 * plan_function() - name of an initcall
 * @plan: the plan
 * @node: the initcall
 *
 * Return: its name, "?" if it is not known.
 */
const char *plan_function(const struct plan *plan, u32 node)
{
	return plan->functions[plan->link[node]];
}

/**
 * plan_prerequisite() - what to call the prerequisite of a dependency
 * @plan: the plan
 * @edge: the dependency
 *
 * Return: its name, or its path if several have that name; as written if it is not known.
 */
const char *plan_prerequisite(const struct plan *plan, u32 edge)
{
	u32 module = plan->graph.edges[edge].prerequisite;

	return is_known(module) ? plan->names[module] : plan->graph.edges[edge].prerequisite_name;
}

/**
 * plan_state() - what has become of a dependency
 * @plan: the plan
 * @edge: the dependency
 *
 * Return: the word that the kernel has for it.
 */
const char *plan_state(const struct plan *plan, u32 edge)
{
	return initcall_state_words[plan->graph.edges[edge].state];
}

/**
 * plan_first_level() - the level of the first initcall of a module
 * @plan: the plan
 * @module: its number
 *
 * Return: enum initcall_level; INITCALL_EARLY if records of a damaged image leave it none.
 */
u32 plan_first_level(const struct plan *plan, u32 module)
{
	u32 i;

	for (i = 0; i < plan->graph.nr_nodes; i++)
		if (plan->graph.nodes[i].module == module)
			return plan->graph.nodes[i].level;
	return INITCALL_EARLY;
}

/**
 * plan_last_level() - the level of the last initcall of a module
 * @plan: the plan
 * @module: its number
 *
 * Return: enum initcall_level; INITCALL_EARLY if records of a damaged image leave it none.
 */
u32 plan_last_level(const struct plan *plan, u32 module)
{
	u32 i;

	for (i = plan->graph.nr_nodes; i-- > 0; )
		if (plan->graph.nodes[i].module == module)
			return plan->graph.nodes[i].level;
	return INITCALL_EARLY;
}

/**
 * plan_is_later() - does a prerequisite come at a later level than its consumer?
 * @plan: the plan
 * @edge: the dependency
 *
 * Return: whether it does, so that only holding devices of the consumer can honour it.
 */
bool plan_is_later(const struct plan *plan, u32 edge)
{
	const struct initcall_edge *it = &plan->graph.edges[edge];

	return it->state == INITCALL_EDGE_ACTIVE &&
	       plan_first_level(plan, it->prerequisite) > plan_last_level(plan, it->consumer);
}
