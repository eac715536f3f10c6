/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_KBUILD_H
#define _INITCALL_GRAPH_KBUILD_H

#include <linux/types.h>

/**
 * struct kbuild_module - an object that Kbuild links as a unit, in some configuration
 * @name: its KBUILD_MODNAME
 * @path: its KBUILD_MODFILE
 * @symbol: the Kconfig symbol that decides whether it is built, "" if there is none
 * @objects: paths of its objects, without suffix, with spaces in between
 */
struct kbuild_module {
	const char *name;
	const char *path;
	const char *symbol;
	const char *objects;
};

/**
 * struct kbuild - what is known of the source tree, and of the folder of the build
 * @text: the file with the names, cut into words
 * @modules: the modules
 * @nr_modules: number of elements in @modules, 0 without names
 * @folder: folder that the kernel was built in, or NULL
 * @config: its include/config/auto.conf, NULL without folder
 */
struct kbuild {
	char *text;
	struct kbuild_module *modules;
	size_t nr_modules;
	const char *folder;
	char *config;
};

bool kbuild_read(struct kbuild *kbuild, const char *names, const char *folder);
void kbuild_free(struct kbuild *kbuild);

bool kbuild_is(const char *path, const char *wanted);
const struct kbuild_module *kbuild_find(const struct kbuild *kbuild, const char *wanted);
const struct kbuild_module *kbuild_nearest(const struct kbuild *kbuild, const char *wanted);
char kbuild_state(const struct kbuild *kbuild, const char *wanted);

#endif /* _INITCALL_GRAPH_KBUILD_H */
