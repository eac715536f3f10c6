// SPDX-License-Identifier: GPL-2.0
/*
 * Source file and line of a declaration.
 *
 * initcall_depends() leaves "tpm_crb.initcall_depends_at=<file>:<line>:tpm_crb_ffa"
 * in .modinfo, which takes no memory; in a module, without the first name. Kbuild
 * strips it from vmlinux, and keeps it in vmlinux.unstripped and
 * modules.builtin.modinfo.
 */

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/string.h>

#include "declared.h"

#define TAG	"initcall_depends_at="

/* From all configurations, much more than there is. */
#define MAX_MODINFO	(64L << 20)

static char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *data = NULL;
	long end;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END)) {
		end = ftell(file);
		data = end > 0 && end < MAX_MODINFO ? allocate(end, 1) : NULL;
		rewind(file);
		*size = data ? fread(data, 1, end, file) : 0;
	}
	fclose(file);
	return data;
}

static char *read_beside(const char *image, size_t *size)
{
	const char *slash = strrchr(image, '/');
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.*smodules.builtin.modinfo",
		 slash ? (int)(slash + 1 - image) : 0, image);
	return read_file(path, size);
}

static bool parse(const char *entry, struct line *line)
{
	const char *tag = strstr(entry, TAG), *colon = strrchr(entry, ':');

	if (!tag || (tag > entry && tag[-1] != '.') || !colon || colon < tag)
		return false;
	line->module = entry;
	line->module_len = tag > entry ? tag - 1 - entry : 0;
	line->at = tag + strlen(TAG);
	line->at_len = colon - line->at;
	line->name = colon + 1;
	return true;
}

/* By file and line, as compilers emit variables in any order. */
static int by_place(const void *a, const void *b)
{
	const struct line *one = a, *other = b;
	size_t len = strcspn(one->at, ":"), other_len = strcspn(other->at, ":");
	int result = strncmp(one->at, other->at, len < other_len ? len : other_len);

	if (!result)
		result = (len > other_len) - (len < other_len);
	return result ? result : atoi(one->at + len + 1) - atoi(other->at + other_len + 1);
}

static void find_lines(struct declared *declared, size_t size)
{
	const char *entry, *end;

	if (!declared->data)
		return;
	/* So that every string ends. */
	while (size && declared->data[size - 1])
		size--;
	end = declared->data + size;
	for (entry = declared->data; entry < end; entry += strlen(entry) + 1)
		declared->nr_lines += !!strstr(entry, TAG);
	declared->lines = allocate(declared->nr_lines, sizeof(*declared->lines));
	declared->nr_lines = 0;
	for (entry = declared->data; entry < end; entry += strlen(entry) + 1)
		declared->nr_lines += parse(entry, &declared->lines[declared->nr_lines]);
	qsort(declared->lines, declared->nr_lines, sizeof(*declared->lines), by_place);
}

/**
 * declared_in_kernel() - find out what a kernel was built from
 * @declared: receives it; to be given to declared_close()
 * @image: path of the kernel
 *
 * A kernel that has lost its .modinfo is no error; then nothing is known.
 */
void declared_in_kernel(struct declared *declared, const char *image)
{
	size_t size = 0;

	*declared = (struct declared){ .data = elf_modinfo(image, &size) };
	if (!declared->data)
		declared->data = read_beside(image, &size);
	find_lines(declared, size);
}

/**
 * declared_in_module() - find out what a module was built from
 * @declared: receives it; to be given to declared_close()
 * @path: path of the module
 */
void declared_in_module(struct declared *declared, const char *path)
{
	size_t size = 0;

	*declared = (struct declared){ .data = elf_modinfo(path, &size) };
	find_lines(declared, size);
}

/**
 * declared_close() - free what was read
 * @declared: the lines
 */
void declared_close(struct declared *declared)
{
	free(declared->lines);
	free(declared->data);
}

/* KBUILD_MODNAME has '_' where a path has '-' or ','. */
static bool is_same(const char *name, const char *path, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (name[i] != (path[i] == '-' || path[i] == ',' ? '_' : path[i]))
			return false;
	return true;
}

/* Of an object in several modules, KBUILD_MODNAME has all names, with ':' in between. */
static bool is_of(const struct line *line, const char *path)
{
	const char *name = kbasename(path), *one = line->module;
	const char *end = one + line->module_len;
	size_t len = strcspn(name, " "), one_len;

	for (; one < end; one += one_len + 1) {
		one_len = strcspn(one, ":.");
		if (one_len == len && is_same(one, name, len))
			return true;
	}
	return false;
}

/* Is the file in the folder of the module, or in one below? */
static bool is_near(const struct line *line, const char *path)
{
	size_t len = kbasename(path) - path;

	return (size_t)line->at_len > len && !strncmp(line->at, path, len);
}

/* How many edges before it say the same; that many lines do, too. */
static u32 rank_of(const struct plan *plan, u32 edge)
{
	const struct initcall_edge *edges = plan->graph.edges;
	u32 i, rank = 0;

	for (i = 0; i < edge; i++)
		rank += !strcmp(edges[i].consumer_name, edges[edge].consumer_name) &&
			!strcmp(edges[i].prerequisite_name, edges[edge].prerequisite_name);
	return rank;
}

static const struct line *find(const struct declared *declared, const struct initcall_edge *edge,
			       u32 rank, bool near)
{
	const struct line *line, *found = NULL;

	for (line = declared->lines; line < declared->lines + declared->nr_lines; line++) {
		if (strcmp(line->name, edge->prerequisite_name) ||
		    !is_of(line, edge->consumer_name) ||
		    (near && !is_near(line, edge->consumer_name)))
			continue;
		found = line;
		if (!rank--)
			break;
	}
	return found;
}

/**
 * declared_line() - the line that a dependency comes from
 * @declared: all lines of the kernel
 * @plan: the plan
 * @edge: number of the dependency
 *
 * Return: the line; NULL if it is not known.
 */
const struct line *declared_line(const struct declared *declared, const struct plan *plan,
				 u32 edge)
{
	const struct initcall_edge *it = &plan->graph.edges[edge];
	const struct line *line;
	u32 rank;

	if (edge >= plan->nr_declared || !declared->nr_lines)
		return NULL;
	rank = rank_of(plan, edge);
	line = find(declared, it, rank, true);
	return line ? line : find(declared, it, rank, false);
}

/**
 * declared_at() - file and line of a dependency, or what else it comes from
 * @declared: all lines of the kernel
 * @plan: the plan
 * @edge: number of the dependency
 * @len: receives the length of the answer
 *
 * Return: "<file>:<line>", not terminated, "command line" or the path of the image.
 */
const char *declared_at(const struct declared *declared, const struct plan *plan, u32 edge,
			int *len)
{
	const struct line *line = declared_line(declared, plan, edge);
	const char *at = edge < plan->nr_declared ? image_path(plan->image) : "command line";

	*len = line ? line->at_len : (int)strlen(at);
	return line ? line->at : at;
}
