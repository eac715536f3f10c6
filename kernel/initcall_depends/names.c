// SPDX-License-Identifier: GPL-2.0
/*
 * Names of modules: who is meant by "tpm_crb_ffa", "ffa-module", "drivers/base/dd".
 *
 * Free of kernel state, like order.c, so that tests and host tools share it.
 */

#include <linux/init.h>
#include <linux/string.h>
#include <linux/types.h>

#include "names.h"
#include "order.h"

/* modprobe takes both for the same character, and so do we. */
static char __initcall_names fold(char c)
{
	return c == '-' ? '_' : c;
}

/* The linker keeps one copy of a string, so that the same word mostly is the same pointer. */
static bool __initcall_names same_name(const char *a, const char *b)
{
	if (a == b)
		return true;
	while (*a && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return fold(*a) == fold(*b);
}

/* FNV-1a */
static u32 __initcall_names bucket(const struct initcall_names *names, const char *name)
{
	u32 hash = 2166136261U;

	while (*name)
		hash = (hash ^ (u8)fold(*name++)) * 16777619U;
	return hash % names->nr_buckets;
}

static u32 __initcall_names crc_byte(u32 crc, u8 byte)
{
	int bit;

	crc ^= (u32)byte << 24;
	for (bit = 0; bit < 8; bit++)
		crc = crc & 0x80000000U ? (crc << 1) ^ 0x04c11db7U : crc << 1;
	return crc;
}

/**
 * initcall_dir_id() - what stands for a directory in the records of initcalls
 * @dir: path of the directory below the top of the tree, without a final slash
 * @len: its length in bytes
 *
 * Paths would double the size of the records, so Kbuild puts the checksum of
 * cksum(1), as POSIX.1-2017 defines it, in their place, and keeps 16 bits of
 * it. That is enough to tell directories apart that hold a module of the same
 * name, which is all that it is for.
 *
 * Context: __init, any.
 * Return: the lower 16 bits of the checksum.
 */
u16 initcall_dir_id(const char *dir, size_t len)
{
	u32 crc = 0;
	size_t i;

	for (i = 0; i < len; i++)
		crc = crc_byte(crc, dir[i]);
	for (; len; len >>= 8)
		crc = crc_byte(crc, len & 0xff);
	return ~crc & 0xffff;
}

/**
 * initcall_names_add() - number of a module, which is added if it is new
 * @names: the table; its arrays must have room
 * @name: KBUILD_MODNAME of the module; must live as long as the table
 * @dir: initcall_dir_id() of its directory
 *
 * Context: __init, any.
 * Return: the number of the module.
 */
u32 __init initcall_names_add(struct initcall_names *names, const char *name, u16 dir)
{
	u32 *first = &names->buckets[bucket(names, name)];
	struct initcall_module *module;
	u32 id;

	for (id = *first; id != INITCALL_NONE; id = module->next) {
		module = &names->modules[id];
		if (module->dir == dir && same_name(module->name, name))
			return id;
	}
	module = &names->modules[names->nr_modules];
	module->name = name;
	module->dir = dir;
	module->next = *first;
	*first = names->nr_modules;
	return names->nr_modules++;
}

/**
 * initcall_names_get() - name of a module
 * @names: the table
 * @id: number of the module, or INITCALL_NONE or INITCALL_AMBIGUOUS
 *
 * Context: __init, any.
 * Return: its name, NULL if there is no such module.
 */
const char * __init initcall_names_get(const struct initcall_names *names, u32 id)
{
	return id < names->nr_modules ? names->modules[id].name : NULL;
}

/**
 * initcall_names_find() - number of the module that a name or a path means
 * @names: the table
 * @wanted: module name ("tpm_crb"), or path as in KBUILD_MODFILE
 *	("drivers/base/dd"); '-' and '_' are the same
 *
 * Context: any; __init without CONFIG_INITCALL_DEPENDS_DEBUGFS.
 * Return: the number of the module, INITCALL_NONE if there is no such module,
 * INITCALL_AMBIGUOUS if several have this name and a path must be given.
 */
u32 initcall_names_find(const struct initcall_names *names, const char *wanted)
{
	const char *slash = strrchr(wanted, '/');
	const char *name = slash ? slash + 1 : wanted;
	const struct initcall_module *module;
	u32 id, found = INITCALL_NONE;
	u16 dir = slash ? initcall_dir_id(wanted, slash - wanted) : 0;

	for (id = names->buckets[bucket(names, name)]; id != INITCALL_NONE; id = module->next) {
		module = &names->modules[id];
		if (!same_name(module->name, name) || (slash && module->dir != dir))
			continue;
		if (found != INITCALL_NONE)
			return INITCALL_AMBIGUOUS;
		found = id;
	}
	return found;
}

/* Up to where a path is the directory with that id, 0 if it is not below it. */
static size_t __init dir_len(const char *path, u16 dir)
{
	size_t len = strlen(path);

	while (len > 0)
		if (path[--len] == '/' && initcall_dir_id(path, len) == dir)
			break;
	return len;
}

/**
 * initcall_names_declare() - what to call a module in a declaration
 * @names: the table
 * @id: number of the module
 * @file: one of its source files, or NULL
 * @path: room for its path
 * @size: that many bytes
 *
 * Context: __init, any.
 * Return: its name, or its path in @path if there are several of that name; NULL
 * if the path cannot be told.
 */
const char * __init initcall_names_declare(const struct initcall_names *names, u32 id,
					   const char *file, char *path, size_t size)
{
	const char *name = names->modules[id].name;
	size_t len;

	if (initcall_names_find(names, name) == id)
		return name;
	len = file ? dir_len(file, names->modules[id].dir) : 0;
	if (!len || len + strlen(name) + 2 > size)
		return NULL;
	memcpy(path, file, len);
	path[len] = '/';
	memcpy(path + len + 1, name, strlen(name) + 1);
	return path;
}
