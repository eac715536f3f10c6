// SPDX-License-Identifier: GPL-2.0
/*
 * The names of all modules of a source tree, as scripts/initcall_names.py lists
 * them: name, path, Kconfig symbols, Makefile and line, objects, tabs in between.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kbuild.h"
#include "plan.h"

#define NR_FIELDS	5

/* A longer name has no likeness to anything. */
#define MAX_NAME	128

static bool read_text(struct kbuild *kbuild, const char *path)
{
	FILE *file = fopen(path, "r");
	size_t size = 0;
	ssize_t len;

	if (!file) {
		fprintf(stderr, "%s: error: %s\n", path, strerror(errno));
		return false;
	}
	len = getdelim(&kbuild->text, &size, '\0', file);
	fclose(file);
	if (len > 0)
		return true;
	fprintf(stderr, "%s: error: there are no names in it\n", path);
	return false;
}

static bool parse_line(char *line, struct kbuild_module *module)
{
	char *fields[NR_FIELDS];
	int i;

	for (i = 0; i < NR_FIELDS; i++) {
		fields[i] = strsep(&line, "\t");
		if (!fields[i])
			return false;
	}
	fields[2][strcspn(fields[2], ",")] = '\0';
	*module = (struct kbuild_module){ fields[0], fields[1], fields[2], fields[3], fields[4] };
	return true;
}

static size_t count_lines(const char *text)
{
	size_t count = 1;

	while ((text = strchr(text, '\n'))) {
		text++;
		count++;
	}
	return count;
}

/**
 * kbuild_read() - read the names of all modules
 * @kbuild: receives them; to be given to kbuild_free() in any case
 * @path: what scripts/initcall_names.py --objects has written
 *
 * Return: true; false when the user has been told what is wrong.
 */
bool kbuild_read(struct kbuild *kbuild, const char *path)
{
	char *rest, *line;

	*kbuild = (struct kbuild){ };
	if (!read_text(kbuild, path))
		return false;
	kbuild->modules = calloc(count_lines(kbuild->text), sizeof(*kbuild->modules));
	if (!kbuild->modules) {
		fprintf(stderr, "%s: error: out of memory\n", path);
		return false;
	}
	rest = kbuild->text;
	while ((line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		if (!parse_line(line, &kbuild->modules[kbuild->nr_modules])) {
			fprintf(stderr, "%s:%zu: error: not from initcall_names.py --objects\n",
				path, kbuild->nr_modules + 1);
			return false;
		}
		kbuild->nr_modules++;
	}
	return true;
}

/**
 * kbuild_free() - free what kbuild_read() has allocated
 * @kbuild: the names
 */
void kbuild_free(struct kbuild *kbuild)
{
	free(kbuild->modules);
	free(kbuild->text);
}

/* modprobe takes both for the same character. */
static char fold(char c)
{
	return c == '-' ? '_' : c;
}

static bool same(const char *a, const char *b)
{
	while (*a && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return fold(*a) == fold(*b);
}

/**
 * kbuild_is() - is a module meant by a name or a path?
 * @module: the module
 * @wanted: the name or the path
 *
 * Return: whether it is.
 */
bool kbuild_is(const struct kbuild_module *module, const char *wanted)
{
	const char *slash = strrchr(wanted, '/');
	size_t dir = slash ? slash + 1 - wanted : 0;

	if (!slash)
		return same(module->name, wanted);
	return !strncmp(module->path, wanted, dir) && same(module->path + dir, slash + 1);
}

/**
 * kbuild_find() - a module that is meant by a name or a path
 * @kbuild: all names
 * @wanted: the name or the path
 *
 * Return: the first such module, NULL if there is none.
 */
const struct kbuild_module *kbuild_find(const struct kbuild *kbuild, const char *wanted)
{
	size_t i;

	for (i = 0; i < kbuild->nr_modules; i++)
		if (kbuild_is(&kbuild->modules[i], wanted))
			return &kbuild->modules[i];
	return NULL;
}

/**
 * kbuild_find_in() - the module that a record in an image is about
 * @kbuild: all names
 * @name: name in the record
 * @dir: checksum of the directory in the record
 *
 * Return: that module, NULL if there is none.
 */
const struct kbuild_module *kbuild_find_in(const struct kbuild *kbuild, const char *name, u16 dir)
{
	const char *slash;
	size_t i;

	for (i = 0; i < kbuild->nr_modules; i++) {
		slash = strrchr(kbuild->modules[i].makefile, '/');
		if (slash && kbuild_is(&kbuild->modules[i], name) &&
		    initcall_dir_id(kbuild->modules[i].makefile,
				    slash - kbuild->modules[i].makefile) == dir)
			return &kbuild->modules[i];
	}
	return NULL;
}

/* Levenshtein's distance: characters to insert, delete or change. */
static u32 distance(const char *a, const char *b)
{
	size_t len = strlen(b), i;
	u32 row[MAX_NAME + 1], above, left;

	if (strlen(a) > MAX_NAME || len > MAX_NAME)
		return UINT32_MAX;
	for (i = 0; i <= len; i++)
		row[i] = i;
	for (; *a; a++) {
		above = row[0]++;
		for (i = 1; i <= len; i++) {
			left = above + (fold(*a) != fold(b[i - 1]));
			above = row[i];
			if (left > above + 1)
				left = above + 1;
			if (left > row[i - 1] + 1)
				left = row[i - 1] + 1;
			row[i] = left;
		}
	}
	return row[len];
}

/**
 * kbuild_nearest() - the module that somebody may have meant
 * @kbuild: all names
 * @wanted: a name or path that no module has
 *
 * Return: the module whose name or path is the most similar, NULL if none is similar.
 */
const struct kbuild_module *kbuild_nearest(const struct kbuild *kbuild, const char *wanted)
{
	u32 nearest = strlen(wanted) / 3 + 1, found;
	const struct kbuild_module *answer = NULL;
	size_t i;

	for (i = 0; i < kbuild->nr_modules; i++) {
		found = distance(wanted, strchr(wanted, '/') ? kbuild->modules[i].path :
							       kbuild->modules[i].name);
		if (found < nearest) {
			nearest = found;
			answer = &kbuild->modules[i];
		}
	}
	return answer;
}
