// SPDX-License-Identifier: GPL-2.0
/*
 * From an image to what its kernel is going to do: records -> graph -> order, as
 * kernel/initcall_depends/ does it, whose files are compiled into this tool.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* An impossible number of initcalls, so that a damaged image needs no memory. */
#define MAX_ENTRIES	1000000

struct range {
	u64 start;
	u64 end;
};

/**
 * struct records - the records in an image
 * @modules: which module an initcall belongs to
 * @depends: the initcall_depends() lines
 * @consoles: the table of console_initcall(), which has records, but no part in this
 * @modular: names of prerequisites that are modules
 * @files: which source file an initcall stands in; empty without CONFIG_INITCALL_DEPENDS_DISCOVER
 */
struct records {
	struct range modules;
	struct range depends;
	struct range consoles;
	struct range modular;
	struct range files;
};

struct level_bounds {
	const char *start;
	const char *sync;
	const char *end;
};

static const struct level_bounds levels[INITCALL_NR_LEVELS] = {
	[INITCALL_LEVEL_EARLY] = {
		"__initcall_start", "__initcall0_start", "__initcall0_start"
	},
	[INITCALL_LEVEL_PURE] = {
		"__initcall0_start", "__initcall0s_start", "__initcall1_start"
	},
	[INITCALL_LEVEL_CORE] = {
		"__initcall1_start", "__initcall1s_start", "__initcall2_start"
	},
	[INITCALL_LEVEL_POSTCORE] = {
		"__initcall2_start", "__initcall2s_start", "__initcall3_start"
	},
	[INITCALL_LEVEL_ARCH] = {
		"__initcall3_start", "__initcall3s_start", "__initcall4_start"
	},
	[INITCALL_LEVEL_SUBSYS] = {
		"__initcall4_start", "__initcall4s_start", "__initcall5_start"
	},
	[INITCALL_LEVEL_FS] = {
		"__initcall5_start", "__initcall5s_start", "__initcallrootfs_start"
	},
	[INITCALL_LEVEL_ROOTFS] = {
		"__initcallrootfs_start", "__initcall6_start", "__initcall6_start"
	},
	[INITCALL_LEVEL_DEVICE] = {
		"__initcall6_start", "__initcall6s_start", "__initcall7_start"
	},
	[INITCALL_LEVEL_LATE] = {
		"__initcall7_start", "__initcall7s_start", "__initcall_end"
	},
};

static bool fail(const struct plan *plan, const char *message)
{
	fprintf(stderr, "%s: error: %s\n", image_path(plan->image), message);
	return false;
}

/* Both ends of something that the linker script has set. */
static bool find_range(const struct plan *plan, const char *start, const char *end,
		       struct range *range)
{
	return image_symbol(plan->image, start, &range->start) &&
	       image_symbol(plan->image, end, &range->end) && range->start <= range->end;
}

static bool find_records(const struct plan *plan, struct records *records)
{
	struct range initcalls;

	if (!find_range(plan, "__initcall_start", "__initcall_end", &initcalls) ||
	    !find_range(plan, "__con_initcall_start", "__con_initcall_end", &records->consoles))
		return fail(plan, "not a Linux kernel: there is no table of initcalls");
	if (!find_range(plan, "__start_initcall_modules", "__stop_initcall_modules",
			&records->modules) ||
	    !find_range(plan, "__start_initcall_depends", "__stop_initcall_depends",
			&records->depends) ||
	    !find_range(plan, "__start_initcall_modular", "__stop_initcall_modular",
			&records->modular))
		return fail(plan, "built without CONFIG_INITCALL_DEPENDS");
	find_range(plan, "__start_initcall_files", "__stop_initcall_files", &records->files);
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

static u32 record_size(const struct plan *plan)
{
	return plan->relative ? 2 * plan->word + 2 : 3 * plan->word;
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
	image_symbol(plan->image, "__initcall_start", &plan->first);
	if (records->modules.start == records->modules.end)
		return fail(plan, "there are no records of initcalls");
	if (layout_fits(plan, records, true) || layout_fits(plan, records, false))
		return true;
	return fail(plan, "damaged: the records of initcalls make no sense");
}

static bool read_levels(struct plan *plan)
{
	u64 start, sync, end, at, expected = plan->first;
	u32 level;

	for (level = 0; level < INITCALL_NR_LEVELS; level++) {
		if (!image_symbol(plan->image, levels[level].start, &start) ||
		    !image_symbol(plan->image, levels[level].sync, &sync) ||
		    !image_symbol(plan->image, levels[level].end, &end) ||
		    start != expected || sync < start || end < sync || (end - start) % plan->word ||
		    (end - plan->first) / plan->word > plan->graph.nr_nodes)
			return fail(plan, "damaged: the levels of initcalls make no sense");
		for (at = start; at < end; at += plan->word)
			plan->nodes[(at - plan->first) / plan->word] = (struct initcall_node){
				.module = INITCALL_NONE,
				.level = level,
				.sync = at >= sync,
			};
		expected = end;
	}
	return true;
}

/* Length of a stub's name without the level at its end: early, rootfs, 6 or 6s. */
static size_t without_level(const char *name, size_t len)
{
	static const char * const words[] = { "early", "rootfs" };
	size_t i, word;

	for (i = 0; i < 2; i++) {
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

static bool read_modules(struct plan *plan, const struct range *range)
{
	u32 size = record_size(plan), string = plan->word;
	u64 at, entry, dir;
	const char *name;

	for (at = range->start; at < range->end; at += size) {
		name = read_string(plan, at + string);
		if (!name || !read_pointer(plan, at, &entry) ||
		    !image_number(plan->image, at + 2 * string, 2, &dir))
			return fail(plan, "damaged: a record of an initcall has no name");
		if ((entry - plan->first) / plan->word >= plan->graph.nr_nodes)
			continue;
		plan->nodes[(entry - plan->first) / plan->word].module =
			initcall_names_add(&plan->names, name, dir);
	}
	return true;
}

static bool read_files(struct plan *plan, const struct range *range)
{
	const char *file;
	u64 at, entry;

	for (at = range->start; at < range->end; at += 2 * plan->word) {
		file = read_string(plan, at + plan->word);
		if (!file || !read_pointer(plan, at, &entry))
			return fail(plan, "damaged: a record of an initcall has no file");
		if ((entry - plan->first) / plan->word < plan->graph.nr_nodes)
			plan->files[(entry - plan->first) / plan->word] = file;
	}
	return true;
}

static bool read_declarations(struct plan *plan, struct initcall_edges *edges,
			      const struct range *range)
{
	u32 count = nr_records(plan, range), number, consumer;
	const char *name, *prerequisite;
	u64 at = range->start, dir;

	for (number = 0; number < count; number++, at += record_size(plan)) {
		prerequisite = read_string(plan, at);
		name = read_string(plan, at + plan->word);
		if (!name || !prerequisite || !*name || !*prerequisite ||
		    !image_number(plan->image, at + 2 * plan->word, 2, &dir)) {
			fprintf(stderr, "%s: error: damaged: dependency %u cannot be read\n",
				image_path(plan->image), number);
			return false;
		}
		consumer = initcall_names_add(&plan->names, name, dir);
		initcall_edges_add(edges, consumer, name, prerequisite);
	}
	plan->nr_declared = plan->graph.nr_edges;
	plan->graph.nr_modules = plan->names.nr_modules;
	return true;
}

static bool allocate(struct plan *plan, const struct records *records,
		     const struct initcall_options *options)
{
	u64 nr_depends = nr_records(plan, &records->depends);
	u64 nr_names = nr_records(plan, &records->modules) + nr_depends, end, nr_nodes;
	u32 nr_edges;

	image_symbol(plan->image, "__initcall_end", &end);
	nr_nodes = (end - plan->first) / plan->word;
	if (nr_names > MAX_ENTRIES || nr_nodes > MAX_ENTRIES)
		return fail(plan, "damaged: more initcalls than any kernel has");
	nr_edges = nr_depends + options->nr_edges;
	plan->names.nr_buckets = nr_names;
	plan->names.buckets = calloc(nr_names, sizeof(u32));
	plan->names.modules = calloc(nr_names, sizeof(*plan->names.modules));
	plan->nodes = calloc(nr_nodes + 1, sizeof(*plan->nodes));
	plan->functions = calloc(nr_nodes + 1, sizeof(*plan->functions));
	plan->files = calloc(nr_nodes + 1, sizeof(*plan->files));
	plan->link = calloc(nr_nodes + 1, sizeof(*plan->link));
	plan->graph.edges = calloc(nr_edges + 1, sizeof(*plan->graph.edges));
	plan->declarations = calloc(nr_edges + 1, sizeof(*plan->declarations));
	plan->order = calloc(nr_nodes + 1, sizeof(*plan->order));
	plan->moves = calloc(nr_nodes + 1, sizeof(*plan->moves));
	if (!plan->names.buckets || !plan->names.modules || !plan->nodes || !plan->functions ||
	    !plan->files || !plan->link || !plan->graph.edges || !plan->declarations ||
	    !plan->order || !plan->moves)
		return fail(plan, "out of memory");
	memset(plan->names.buckets, 0xff, nr_names * sizeof(u32));
	plan->graph.nodes = plan->nodes;
	plan->graph.nr_nodes = nr_nodes;
	return true;
}

/* What a kernel without it would ignore. */
static bool can_shuffle(const struct plan *plan, const struct initcall_options *options)
{
	if (options->off || image_has_function(plan->image, "initcall_shuffle"))
		return true;
	if (options->shuffle)
		return fail(plan, "built without CONFIG_INITCALL_DEPENDS_SHUFFLE");
	if (options->nr_edges > INITCALL_FEW_OPTIONS)
		return fail(plan, "takes fewer: built without CONFIG_INITCALL_DEPENDS_SHUFFLE");
	return true;
}

static bool shuffle(struct plan *plan, const struct initcall_options *options)
{
	void *scratch;
	u32 i;

	for (i = 0; i < plan->graph.nr_nodes; i++)
		plan->link[i] = i;
	if (options->off || !options->shuffle)
		return true;
	scratch = malloc(initcall_shuffle_scratch(&plan->graph) + 1);
	if (!scratch)
		return fail(plan, "out of memory");
	initcall_shuffle(&plan->graph, options, scratch, plan->nodes, plan->link);
	free(scratch);
	return true;
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
		if (!plan->functions[i])
			return fail(plan, "out of memory");
	}
	return true;
}

static bool find_order(struct plan *plan, const struct initcall_options *options)
{
	void *scratch;
	u32 i;

	for (i = 0; options->off && i < plan->graph.nr_nodes; i++)
		plan->order[i] = i;
	if (options->off) {
		plan->graph.nr_edges = 0;
		return true;
	}
	scratch = malloc(initcall_order_scratch(&plan->graph) + 1);
	if (!scratch)
		return fail(plan, "out of memory");
	initcall_order(&plan->graph, scratch, plan->order);
	free(scratch);
	initcall_find_moves(&plan->graph, plan->order, plan->moves);
	return true;
}

static bool read_modular(const struct plan *plan, const struct range *range,
			 struct initcall_edges *edges)
{
	u64 size = range->end - range->start;

	if (!size)
		return true;
	edges->modular = image_data(plan->image, range->start, size);
	if (!edges->modular || edges->modular[size - 1])
		return fail(plan, "damaged: the names of modules cannot be read");
	edges->end_modular = edges->modular + size;
	return true;
}

/**
 * plan_read() - find out what the kernel in an image is going to do
 * @plan: receives it; to be given to plan_free() in any case
 * @image: the image; must live as long as the plan
 * @options: what the command line of that kernel says
 *
 * Return: true; false when the user has been told what is wrong with the image.
 */
bool plan_read(struct plan *plan, struct image *image, const struct initcall_options *options)
{
	struct initcall_edges edges = {
		.names = &plan->names,
		.graph = &plan->graph,
	};
	struct records records = { };

	/* All that can be refused is, before the options are applied, which has things to say. */
	*plan = (struct plan){ .image = image };
	if (!find_records(plan, &records) || !find_layout(plan, &records) ||
	    !allocate(plan, &records, options) || !read_levels(plan) ||
	    !read_modules(plan, &records.modules) || !read_files(plan, &records.files) ||
	    !read_modular(plan, &records.modular, &edges) || !read_functions(plan) ||
	    !can_shuffle(plan, options))
		return false;
	edges.declarations = plan->declarations;
	if (!read_declarations(plan, &edges, &records.depends))
		return false;
	initcall_edges_apply(&edges, options);
	return shuffle(plan, options) && find_order(plan, options);
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
	free(plan->functions);
	free(plan->files);
	free(plan->link);
	free(plan->names.buckets);
	free(plan->names.modules);
	free(plan->nodes);
	free(plan->graph.edges);
	free(plan->declarations);
	free(plan->order);
	free(plan->moves);
}

/**
 * plan_module() - name of the module that an initcall belongs to
 * @plan: the plan
 * @node: the initcall
 *
 * Return: its name, "?" if it is not known.
 */
const char *plan_module(const struct plan *plan, u32 node)
{
	const char *name = initcall_names_get(&plan->names, plan->nodes[node].module);

	return name ? name : "?";
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
 * plan_file() - source file that an initcall stands in
 * @plan: the plan
 * @node: the initcall
 *
 * Return: its path, NULL if it is not known.
 */
const char *plan_file(const struct plan *plan, u32 node)
{
	return plan->files[plan->link[node]];
}

/**
 * plan_declare() - what to call the module of an initcall in a declaration
 * @plan: the plan
 * @node: the initcall
 * @path: room for its path, if there are several of its name
 * @size: that many bytes
 *
 * Return: its name or @path; NULL if it cannot be declared or is not known.
 */
const char *plan_declare(const struct plan *plan, u32 node, char *path, size_t size)
{
	u32 module = plan->nodes[node].module;

	if (module == INITCALL_NONE)
		return NULL;
	return initcall_names_declare(&plan->names, module, plan_file(plan, node), path, size);
}

/**
 * plan_level() - what the level of an initcall is called
 * @node: the initcall
 * @buffer: room for the answer
 *
 * Return: @buffer.
 */
const char *plan_level(const struct initcall_node *node, char buffer[16])
{
	snprintf(buffer, 16, "%s%s", initcall_levels[node->level], node->sync ? "_sync" : "");
	return buffer;
}

/**
 * plan_cause() - in front of whom, or behind whom, an initcall has moved
 * @plan: the plan
 * @place: place in the order of one that has moved
 *
 * Return: number of that other initcall.
 */
u32 plan_cause(const struct plan *plan, u32 place)
{
	return initcall_move_cause(&plan->graph, plan->order, plan->moves, place);
}
