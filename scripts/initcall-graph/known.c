// SPDX-License-Identifier: GPL-2.0
/*
 * What is wrong and known. A baseline is what a tree began with; the tool writes it,
 * and it only shrinks. A waiver is written by hand, with a reason, and stays.
 *
 * A line of either has kind, consumer and prerequisite, with blanks in between, that
 * of a waiver then the reason. A line that begins with '#' is a comment.
 */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "kbuild.h"
#include "known.h"

#define BLANKS	" \t\r\n"

const char * const kind_names[NR_KINDS] = {
	[AMBIGUOUS] = "ambiguous",
	[CYCLE] = "cycle",
	[ITSELF] = "itself",
	[LATE] = "late",
	[LATER] = "later",
	[MODULE] = "module",
	[NAME] = "name",
	[NO_INITCALL] = "no-initcall",
	[ONCE] = "once",
	[TWICE] = "twice",
};

static const char header[] =
	"# What is wrong with initcall_depends() lines and not fixed yet. initcall-graph has\n"
	"# written this; with --baseline and --write-baseline it removes what has been fixed.\n";

static bool fail(const char *path)
{
	fprintf(stderr, "%s: error: %s\n", path, strerror(errno));
	return false;
}

static bool fail_at(const char *path, unsigned int line, const char *message)
{
	fprintf(stderr, "%s:%u: error: %s\n", path, line, message);
	return false;
}

static char *copy(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(allocate(size, 1), text, size);
}

static struct known_entry *add(struct known *known, enum kind kind, const char *consumer,
			       const char *prerequisite)
{
	struct known_entry *entry = allocate(1, sizeof(*entry));

	entry->kind = kind;
	entry->consumer = copy(consumer);
	entry->prerequisite = copy(prerequisite);
	if (!known->end)
		known->end = &known->entries;
	*known->end = entry;
	known->end = &entry->next;
	return entry;
}

static enum kind find_kind(const char *name)
{
	enum kind kind = 0;

	while (kind < NR_KINDS && strcmp(kind_names[kind], name))
		kind++;
	return kind;
}

static bool parse_line(struct known *known, const char *path, unsigned int number, char *line)
{
	bool is_waiver = path == known->waivers;
	char *word = strtok(line, BLANKS), *consumer = strtok(NULL, BLANKS);
	char *prerequisite = strtok(NULL, BLANKS), *reason = strtok(NULL, "\r\n");
	struct known_entry *entry;
	enum kind kind;

	if (!word || *word == '#')
		return true;
	kind = find_kind(word);
	if (kind == NR_KINDS)
		return fail_at(path, number, "it has to begin with what check has in brackets");
	if (!prerequisite)
		return fail_at(path, number, "expected: KIND CONSUMER PREREQUISITE");
	if (reason)
		reason += strspn(reason, BLANKS);
	if (is_waiver && (!reason || !*reason))
		return fail_at(path, number, "a waiver needs a reason, after the prerequisite");
	if (!is_waiver && reason && *reason)
		return fail_at(path, number, "a reason makes it a waiver, see --waivers");
	entry = add(known, kind, consumer, prerequisite);
	entry->reason = is_waiver ? copy(reason) : NULL;
	entry->line = number;
	return true;
}

static bool read_lines(struct known *known, const char *path, FILE *file)
{
	unsigned int number = 0;
	char *line = NULL;
	size_t size = 0;
	bool good = true;
	ssize_t len;

	errno = 0;
	while (good && (len = getline(&line, &size, file)) > 0) {
		number++;
		good = strlen(line) == (size_t)len ? parse_line(known, path, number, line) :
						     fail_at(path, number, "not a text file");
	}
	free(line);
	return good && (!ferror(file) || fail(path));
}

static bool read_file(struct known *known, const char *path)
{
	FILE *file = fopen(path, "r");
	bool good;

	if (!file)
		return fail(path);
	good = read_lines(known, path, file);
	fclose(file);
	return good;
}

/* A new baseline must not take in what a former one does not have, nor replace a device. */
static bool may_write(const struct known *known)
{
	struct stat state;

	if (!known->write || stat(known->write, &state))
		return true;
	if (!S_ISREG(state.st_mode))
		fprintf(stderr, "%s: error: not a regular file\n", known->write);
	else if (!known->baseline)
		fprintf(stderr,
			"%s: error: it exists; with --baseline=%s, what is fixed is removed\n",
			known->write, known->write);
	return S_ISREG(state.st_mode) && known->baseline;
}

/**
 * known_read() - read what is wrong and known
 * @known: what to read; to be given to known_free() in any case
 *
 * Return: true; false after a message that says what is wrong.
 */
bool known_read(struct known *known)
{
	return may_write(known) && (!known->baseline || read_file(known, known->baseline)) &&
	       (!known->waivers || read_file(known, known->waivers));
}

/**
 * known_free() - free what known_read() and known_find() have allocated
 * @known: what is known
 */
void known_free(struct known *known)
{
	struct known_entry *entry, *next;

	for (entry = known->entries; entry; entry = next) {
		next = entry->next;
		free(entry->consumer);
		free(entry->prerequisite);
		free(entry->reason);
		free(entry);
	}
	known->entries = NULL;
	known->end = NULL;
}

/**
 * known_is_here() - note that a module is in what is checked
 * @known: what is known
 * @consumer: name or path of the module
 */
void known_is_here(struct known *known, const char *consumer)
{
	struct known_entry *entry;

	for (entry = known->entries; entry; entry = entry->next)
		entry->here |= kbuild_is(consumer, entry->consumer);
}

/**
 * known_find() - is something that is wrong known?
 * @known: what is known; the first baseline takes in all that is asked for
 * @kind: what is wrong
 * @consumer: name or path of the consumer
 * @prerequisite: the prerequisite
 *
 * Return: where it is known from, NULL if it is not.
 */
struct known_entry *known_find(struct known *known, enum kind kind, const char *consumer,
			       const char *prerequisite)
{
	struct known_entry *entry;

	for (entry = known->entries; entry; entry = entry->next)
		if (entry->kind == kind && kbuild_is(consumer, entry->consumer) &&
		    kbuild_is(prerequisite, entry->prerequisite))
			break;
	if (!entry && known->write && !known->baseline)
		entry = add(known, kind, consumer, prerequisite);
	if (entry)
		entry->found = true;
	return entry;
}

/**
 * known_is_stale() - is something that is known wrong no longer?
 * @entry: what is known
 *
 * If the consumer is not in what is checked, that is not known.
 *
 * Return: whether it is fixed, or was never wrong.
 */
bool known_is_stale(const struct known_entry *entry)
{
	return entry->here && !entry->found;
}

static bool is_kept(const struct known_entry *entry)
{
	return !entry->reason && !known_is_stale(entry);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

static void write_lines(const struct known *known, FILE *file)
{
	const struct known_entry *entry;
	size_t count = 0, i, size;
	char **lines;

	for (entry = known->entries; entry; entry = entry->next)
		count += is_kept(entry);
	lines = allocate(count, sizeof(*lines));
	count = 0;
	for (entry = known->entries; entry; entry = entry->next) {
		if (!is_kept(entry))
			continue;
		size = strlen(entry->consumer) + strlen(entry->prerequisite) + 32;
		lines[count] = allocate(size, 1);
		snprintf(lines[count++], size, "%s %s %s\n", kind_names[entry->kind],
			 entry->consumer, entry->prerequisite);
	}
	qsort(lines, count, sizeof(*lines), by_text);
	fputs(header, file);
	for (i = 0; i < count; i++) {
		if (!i || strcmp(lines[i], lines[i - 1]))
			fputs(lines[i], file);
	}
	for (i = 0; i < count; i++)
		free(lines[i]);
	free(lines);
}

/**
 * known_write() - write the baseline, without what is fixed
 * @known: what is known, and has been found
 *
 * Return: true; false after a message. What was there is replaced at once, or stays.
 */
bool known_write(const struct known *known)
{
	char aside[PATH_MAX];
	FILE *file;
	bool good;

	if (snprintf(aside, sizeof(aside), "%s.new", known->write) >= (int)sizeof(aside)) {
		errno = ENAMETOOLONG;
		return fail(known->write);
	}
	file = fopen(aside, "w");
	if (!file)
		return fail(aside);
	write_lines(known, file);
	good = !ferror(file);
	good = !fclose(file) && good;
	if (good && !rename(aside, known->write))
		return true;
	fail(known->write);
	unlink(aside);
	return false;
}
