// SPDX-License-Identifier: GPL-2.0
/*
 * Does a built-in module register a driver?
 *
 * Then its deferred devices can be retried, and it may need somebody of a later
 * level. Its objects tell: they call something like __platform_driver_register(),
 * i2c_register_driver() or __platform_driver_probe(). If they cannot be read (they
 * are gone, or hold bitcode), it is taken for granted. And one that looks as if
 * module_driver() had made it does, whatever it calls: a function foo_init() for a
 * variable foo.
 */

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers.h"

static bool is_registration(const char *name)
{
	const char *driver = strstr(name, "driver");

	return driver && (strstr(name, "register") || strstr(driver, "driver_probe"));
}

/* Look through the symbols that an object wants of others. */
static bool wants_registration(Elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t i, count = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
	const char *name;
	GElf_Sym symbol;

	for (i = 0; i < count && gelf_getsym(data, i, &symbol); i++) {
		name = elf_strptr(elf, header->sh_link, symbol.st_name);
		if (symbol.st_shndx == SHN_UNDEF && name && is_registration(name))
			return true;
	}
	return false;
}

enum answer { NO, YES, UNKNOWN };

static enum answer ask_elf(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
			return wants_registration(elf, section, &header) ? YES : NO;
	}
	return UNKNOWN;
}

static enum answer ask_object(const char *path)
{
	enum answer answer = UNKNOWN;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf;

	if (fd < 0)
		return UNKNOWN;
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf)
		answer = ask_elf(elf);
	elf_end(elf);
	close(fd);
	return answer;
}

static enum answer ask_objects(const char *folder, const char *objects)
{
	enum answer answer = UNKNOWN, one;
	char path[4096];
	size_t len;

	for (; *objects; objects += len + (objects[len] == ' ')) {
		len = strcspn(objects, " ");
		snprintf(path, sizeof(path), "%s/%.*s.o", folder, (int)len, objects);
		one = ask_object(path);
		if (one == YES)
			return YES;
		if (one == NO)
			answer = NO;
	}
	return answer;
}

static bool looks_like_module_driver(const struct plan *plan, u32 module)
{
	const char *function;
	size_t len;
	bool found = false;
	char *name;
	u32 i;

	for (i = 0; i < plan->graph.nr_nodes && !found; i++) {
		function = plan_function(plan, i);
		len = strlen(function);
		if (plan->nodes[i].module != module || len < 6 ||
		    strcmp(function + len - 5, "_init"))
			continue;
		name = strndup(function, len - 5);
		found = name && image_has_object(plan->image, name);
		free(name);
	}
	return found;
}

static bool is_inverted(const struct plan *plan, const struct initcall_edge *edge,
			const struct kbuild *kbuild, const char *folder)
{
	const struct initcall_module *consumer = &plan->names.modules[edge->consumer];
	const struct kbuild_module *module = kbuild_find_in(kbuild, consumer->name, consumer->dir);

	return module && ask_objects(folder, module->objects) == NO &&
	       !looks_like_module_driver(plan, edge->consumer);
}

/**
 * find_inverted() - which dependencies can neither be ordered nor honoured by retry?
 * @plan: the plan; the state of such edges is changed
 * @kbuild: all modules of the source tree
 * @folder: folder that the kernel was built in
 */
void find_inverted(struct plan *plan, const struct kbuild *kbuild, const char *folder)
{
	struct initcall_edge *edge;

	for (edge = plan->graph.edges; edge < plan->graph.edges + plan->graph.nr_edges; edge++)
		if (edge->state == INITCALL_EDGE_RETRY && is_inverted(plan, edge, kbuild, folder))
			edge->state = INITCALL_EDGE_INVERTED;
}
