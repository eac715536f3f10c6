/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_NAMES_H
#define _INITCALL_DEPENDS_NAMES_H

#include <linux/init.h>
#include <linux/types.h>

#define INITCALL_AMBIGUOUS	((u32)~1U)

/* Tests may look for names after boot, see history.c */
#ifdef CONFIG_INITCALL_DEPENDS_DEBUGFS
#define __initcall_names
#else
#define __initcall_names	__init
#endif

/**
 * struct initcall_module - a module that has initcalls in the image
 * @name: its KBUILD_MODNAME
 * @next: next module in the same bucket
 * @dir: initcall_dir_id() of the directory that its Makefile is in
 */
struct initcall_module {
	const char *name;
	u32 next;
	u16 dir;
};

/**
 * struct initcall_names - table of modules, found by name or by path
 * @modules: the modules; their index is their number
 * @buckets: first module of each bucket, all INITCALL_NONE in an empty table
 * @nr_modules: number of elements in @modules
 * @nr_buckets: number of elements in @buckets
 */
struct initcall_names {
	struct initcall_module *modules;
	u32 *buckets;
	u32 nr_modules;
	u32 nr_buckets;
};

/* The section is said here alone: kernel-doc does not know the word. */
u16 __initcall_names initcall_dir_id(const char *dir, size_t len);
const char *initcall_names_declare(const struct initcall_names *names, u32 id, const char *file,
				   char *path, size_t size);
const char *initcall_names_get(const struct initcall_names *names, u32 id);
u32 initcall_names_add(struct initcall_names *names, const char *name, u16 dir);
u32 __initcall_names initcall_names_find(const struct initcall_names *names, const char *wanted);

#endif /* _INITCALL_DEPENDS_NAMES_H */
