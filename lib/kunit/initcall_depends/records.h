/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_RECORDS_H
#define _INITCALL_DEPENDS_RECORDS_H

#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/init.h>
#include <linux/initcall_module.h>
#include <linux/kconfig.h>
#include <linux/string.h>

#include "../../../kernel/initcall_depends/graph.h"

/* The opposite of initcall_ref_target(); relative references have 32 bits. */
static inline void set_ref(initcall_ref_t *ref, const void *target)
{
	long value = (long)target;

	if (IS_ENABLED(CONFIG_HAVE_ARCH_PREL32_RELOCATIONS) && target)
		value -= (long)ref;
	*ref = (initcall_ref_t)value;
}

/**
 * struct strings - what the linker makes of the strings of an image: each is there once
 * @text: the strings
 * @length: what is used of it
 * @meant: for the graph
 */
struct strings {
	char text[1024] __aligned(INITCALL_STRING_ALIGN);
	u32 length;
	u16 meant[1024 / INITCALL_STRING_ALIGN];
};

/* What it takes, up to the next one */
static inline size_t string_size(const char *string)
{
	return ALIGN(strlen(string) + 1, INITCALL_STRING_ALIGN);
}

/* NULL if there is no room. */
static inline const char *merged(struct strings *strings, const char *text)
{
	char *at = strings->text;

	for (; at < strings->text + strings->length; at += string_size(at))
		if (!strcmp(at, text))
			return at;
	if (strscpy(at, text, sizeof(strings->text) - strings->length) < 0)
		return NULL;
	strings->length += string_size(at);
	return at;
}

/* As for an initcall of a module with that path */
static inline u32 __init add_module(struct initcall_graph *graph, struct strings *strings,
				    const char *path)
{
	char name[64];

	strscpy(name, kbasename(path));
	strreplace(name, '-', '_');
	graph->strings = strings->text;
	graph->meant = strings->meant;
	graph->nr_places = ARRAY_SIZE(strings->meant);
	return initcall_names_add(graph, merged(strings, path), merged(strings, name));
}

#endif /* _INITCALL_DEPENDS_RECORDS_H */
