// SPDX-License-Identifier: GPL-2.0
/*
 * The names of all modules of a source tree, as scripts/initcall_names.py lists
 * them: name, path, Kconfig symbols, Makefile and line, objects, tabs in between;
 * and how they are configured.
 */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "kbuild.h"

#define NR_FIELDS	5

/* A longer name has no likeness to anything. */
#define MAX_NAME	128

static bool fail(const char *path, const char *message)
{
	fprintf(stderr, "%s: error: %s\n", path, message);
	return false;
}

/* A text file, which has no NUL in it. */
static bool read_text(char **text, const char *path, const char *what)
{
	FILE *file = fopen(path, "r");
	size_t size = 0;
	ssize_t len;
	bool failed;

	if (!file)
		return fail(path, strerror(errno));
	errno = 0;
	len = getdelim(text, &size, '\0', file);
	failed = ferror(file);
	fclose(file);
	if (failed)
		return fail(path, strerror(errno));
	if (len <= 0 || !(*text)[len - 1])
		return fail(path, what);
	return true;
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
	*module = (struct kbuild_module){ fields[0], fields[1], fields[2], fields[4] };
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

static bool read_names(struct kbuild *kbuild, const char *path)
{
	static const char what[] = "not from initcall_names.py --objects";
	char *rest, *line;

	if (!read_text(&kbuild->text, path, what))
		return false;
	kbuild->modules = allocate(count_lines(kbuild->text), sizeof(*kbuild->modules));
	rest = kbuild->text;
	while ((line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		if (!parse_line(line, &kbuild->modules[kbuild->nr_modules])) {
			fprintf(stderr, "%s:%zu: error: %s\n", path, kbuild->nr_modules + 1, what);
			return false;
		}
		kbuild->nr_modules++;
	}
	return kbuild->nr_modules || fail(path, what);
}

static bool read_config(struct kbuild *kbuild)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/include/config/auto.conf", kbuild->folder);
	return read_text(&kbuild->config, path, "not what Kconfig has written");
}

/**
 * kbuild_read() - read the names of all modules, and how they are configured
 * @kbuild: receives it; to be given to kbuild_free() in any case
 * @names: what scripts/initcall_names.py --objects has written, or NULL
 * @folder: folder that the kernel was built in, or NULL
 *
 * Return: true; false after a message that says what is wrong.
 */
bool kbuild_read(struct kbuild *kbuild, const char *names, const char *folder)
{
	*kbuild = (struct kbuild){ .folder = folder };
	return (!names || read_names(kbuild, names)) && (!folder || read_config(kbuild));
}

/**
 * kbuild_free() - free what kbuild_read() has allocated
 * @kbuild: the names
 */
void kbuild_free(struct kbuild *kbuild)
{
	free(kbuild->modules);
	free(kbuild->text);
	free(kbuild->config);
}

/* In a name both are the same, as in kernel/initcall_depends/names.c. */
static char fold(char c)
{
	return c == '-' ? '_' : c;
}

/**
 * kbuild_is() - is a module meant by a name or a path?
 * @path: path of the module
 * @wanted: the name or the path
 *
 * Return: whether it is.
 */
bool kbuild_is(const char *path, const char *wanted)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? slash + 1 - path : 0, i = 0;

	if (!strchr(wanted, '/')) {
		path += folder;
		folder = 0;
	}
	while (path[i] && (path[i] == wanted[i] ||
			   (i >= folder && fold(path[i]) == fold(wanted[i]))))
		i++;
	return !path[i] && !wanted[i];
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
		if (kbuild_is(kbuild->modules[i].path, wanted))
			return &kbuild->modules[i];
	return NULL;
}

/* 'y', 'm', or 'n'; an object without a symbol is always built in. */
static char state_of(const struct kbuild *kbuild, const char *symbol)
{
	const char *line = kbuild->config;
	size_t len = strlen(symbol);

	if (!len)
		return 'y';
	for (; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (!strncmp(line, symbol, len) && line[len] == '=')
			return line[len + 1];
	return 'n';
}

/**
 * kbuild_state() - how a module is configured
 * @kbuild: all names, and the configuration
 * @wanted: name or path of the module; several may be meant
 *
 * Return: 'm' if one is a module, else 'y' if one is built in, else 'n'.
 */
char kbuild_state(const struct kbuild *kbuild, const char *wanted)
{
	char state, found = 'n';
	size_t i;

	for (i = 0; i < kbuild->nr_modules && found != 'm'; i++) {
		if (!kbuild_is(kbuild->modules[i].path, wanted))
			continue;
		state = state_of(kbuild, kbuild->modules[i].symbol);
		if (state == 'm' || state == 'y')
			found = state;
	}
	return found;
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
 * kbuild_nearest() - the module that may have been meant
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
