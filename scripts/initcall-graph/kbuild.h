/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_KBUILD_H
#define _INITCALL_GRAPH_KBUILD_H

#include <linux/types.h>

/**
 * struct kbuild_module - an object that Kbuild links as a unit, in some configuration
 * @name: its KBUILD_MODNAME
 * @path: its KBUILD_MODFILE
 * @symbol: the Kconfig symbol that decides about it, "" if there is none
 * @makefile: its Makefile, and the line there
 * @objects: paths of its objects, without suffix, with spaces in between
 */
struct kbuild_module {
	const char *name;
	const char *path;
	const char *symbol;
	const char *makefile;
	const char *objects;
};

/**
 * struct kbuild - all that a source tree has
 * @text: the file they are read from, cut into words
 * @modules: the modules
 * @nr_modules: number of elements in @modules
 */
struct kbuild {
	char *text;
	struct kbuild_module *modules;
	size_t nr_modules;
};

bool kbuild_read(struct kbuild *kbuild, const char *path);
void kbuild_free(struct kbuild *kbuild);

bool kbuild_is(const struct kbuild_module *module, const char *wanted);
const struct kbuild_module *kbuild_find(const struct kbuild *kbuild, const char *wanted);
const struct kbuild_module *kbuild_find_in(const struct kbuild *kbuild, const char *name, u16 dir);
const struct kbuild_module *kbuild_nearest(const struct kbuild *kbuild, const char *wanted);

#endif /* _INITCALL_GRAPH_KBUILD_H */
