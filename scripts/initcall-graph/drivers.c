// SPDX-License-Identifier: GPL-2.0
/*
 * Does a built-in module register a driver, and can its devices be held?
 *
 * Its objects call something like __platform_driver_register(),
 * i2c_register_driver() or __platform_driver_probe(). If none of them can be read
 * (they are gone, or hold bitcode), it is taken for granted that it has a driver
 * which can be held.
 */

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "drivers.h"

/* An object could be read. */
#define READ	4

static unsigned int registration(const char *name)
{
	if (!strcmp(name, "__platform_driver_probe") || !strcmp(name, "__platform_create_bundle"))
		return DRIVERS_ONCE;
	return strstr(name, "driver") && strstr(name, "register") ? DRIVERS_HELD : 0;
}

/* Look through the symbols that an object wants of others. */
static unsigned int wanted_of(Elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t i, count = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
	unsigned int found = READ;
	const char *name;
	GElf_Sym symbol;

	for (i = 0; i < count && gelf_getsym(data, i, &symbol); i++) {
		name = elf_strptr(elf, header->sh_link, symbol.st_name);
		if (symbol.st_shndx == SHN_UNDEF && name)
			found |= registration(name);
	}
	return found;
}

static unsigned int read_object(const char *path)
{
	Elf_Scn *section = NULL;
	unsigned int found = 0;
	GElf_Shdr header;
	Elf *elf;
	int fd;

	elf = elf_open(path, &fd);
	while (elf && !found && (section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
			found = wanted_of(elf, section, &header);
	elf_close(elf, fd);
	return found;
}

static unsigned int read_objects(const char *folder, const char *objects)
{
	unsigned int found = 0;
	char path[PATH_MAX];
	size_t len;

	for (; *objects; objects += len + (objects[len] == ' ')) {
		len = strcspn(objects, " ");
		snprintf(path, sizeof(path), "%s/%.*s.o", folder, (int)len, objects);
		found |= read_object(path);
	}
	return found;
}

/**
 * find_drivers() - find out which drivers a module registers
 * @plan: the plan
 * @module: number of the module
 * @kbuild: all modules of the source tree, and the folder that the kernel was built in
 *
 * Return: a set of enum drivers.
 */
unsigned int find_drivers(const struct plan *plan, u32 module, const struct kbuild *kbuild)
{
	const struct kbuild_module *it = kbuild_find(kbuild, plan->graph.modules[module].path);
	unsigned int found = it && kbuild->folder ? read_objects(kbuild->folder, it->objects) : 0;

	return found & READ ? found & ~READ : DRIVERS_HELD;
}
