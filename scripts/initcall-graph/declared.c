// SPDX-License-Identifier: GPL-2.0
/*
 * Source file and line of a declaration.
 *
 * initcall_depends() leaves "tpm_crb.initcall_depends_at=<file>:<line>:tpm_crb_ffa"
 * in .modinfo, which takes no memory. Kbuild strips it from vmlinux, and keeps it
 * in vmlinux.unstripped and modules.builtin.modinfo.
 */

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "declared.h"

#define TAG	".initcall_depends_at="

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
		data = end > 0 && end < MAX_MODINFO ? malloc(end) : NULL;
		rewind(file);
		*size = data ? fread(data, 1, end, file) : 0;
	}
	fclose(file);
	return data;
}

static void read_beside(struct declared *declared)
{
	const char *image = image_path(declared->plan->image);
	const char *slash = strrchr(image, '/');
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.*smodules.builtin.modinfo",
		 slash ? (int)(slash + 1 - image) : 0, image);
	declared->copy = read_file(path, &declared->size);
	declared->data = declared->copy;
}

/**
 * declared_open() - find out where dependencies are declared
 * @declared: receives it; to be given to declared_close()
 * @plan: the plan, which must live as long
 *
 * An image that has lost its .modinfo is no error; then nobody knows.
 */
void declared_open(struct declared *declared, const struct plan *plan)
{
	*declared = (struct declared){ .plan = plan };
	declared->data = image_modinfo(plan->image, &declared->size);
	if (!declared->data)
		read_beside(declared);
	/* So that every string ends. */
	while (declared->data && declared->size && declared->data[declared->size - 1])
		declared->size--;
}

/**
 * declared_close() - free what declared_open() has read
 * @declared: where dependencies are declared
 */
void declared_close(struct declared *declared)
{
	free(declared->copy);
}

/* <file>:<line> of an entry if it is about these words, NULL otherwise. */
static const char *entry_at(const char *entry, const struct initcall_declaration *words, int *len)
{
	size_t consumer = strlen(words->consumer);
	const char *value, *name;

	if (strncmp(entry, words->consumer, consumer) ||
	    strncmp(entry + consumer, TAG, strlen(TAG)))
		return NULL;
	value = entry + consumer + strlen(TAG);
	name = strrchr(value, ':');
	if (!name || strcmp(name + 1, words->prerequisite))
		return NULL;
	*len = name - value;
	return value;
}

/* Of several modules of one name, the one whose directory fits. */
static bool same_directory(const struct declared *declared, u32 edge, const char *at, int len)
{
	u32 consumer = declared->plan->graph.edges[edge].consumer;

	while (len > 0 && at[len - 1] != '/')
		len--;
	return len > 0 && initcall_dir_id(at, len - 1) ==
			  declared->plan->names.modules[consumer].dir;
}

/**
 * declared_at() - source file and line of a declaration
 * @declared: where dependencies are declared
 * @edge: number of the dependency
 * @len: receives the length of the answer
 *
 * Return: "<file>:<line>", not terminated; NULL if nobody knows.
 */
const char *declared_at(const struct declared *declared, u32 edge, int *len)
{
	const struct initcall_declaration *words = &declared->plan->declarations[edge];
	const char *entry, *at, *found = NULL;
	int at_len;

	if (edge >= declared->plan->nr_declared || !declared->data)
		return NULL;
	for (entry = declared->data; entry < declared->data + declared->size;
	     entry += strlen(entry) + 1) {
		at = entry_at(entry, words, &at_len);
		if (!at || (found && !same_directory(declared, edge, at, at_len)))
			continue;
		found = at;
		*len = at_len;
	}
	return found;
}
