// SPDX-License-Identifier: GPL-2.0
/*
 * Reading a linked kernel with libelf: symbols, and what is in memory at which
 * address before the kernel has run.
 *
 * Nothing in the file is trusted. Whatever is wrong with it gets one message.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"

/* With all debug information, allyesconfig makes less than half of this. */
#define MAX_IMAGE_SIZE	(8ULL << 30)
#define MAX_SYMBOLS	(32U << 20)

struct named {
	u64 address;
	const char *name;
};

struct relocation {
	u64 place;
	u64 target;
};

/**
 * struct image - a kernel that is open
 * @path: as the user gave it
 * @fd: the file
 * @elf: libelf's handle
 * @header: ELF header
 * @symbols: the symbol table
 * @strings: section with the names of its symbols
 * @nr_symbols: number of symbols
 * @functions: those of them that are functions, by address
 * @nr_functions: number of elements in @functions
 * @markers: those of them that the linker script has set for initcalls, and some more
 * @nr_markers: number of elements in @markers
 * @relocations: dynamic relocations with addend, by place
 * @nr_relocations: number of elements in @relocations
 */
struct image {
	const char *path;
	int fd;
	Elf *elf;
	GElf_Ehdr header;
	Elf_Data *symbols;
	size_t strings;
	size_t nr_symbols;
	struct named *functions;
	size_t nr_functions;
	struct named *markers;
	size_t nr_markers;
	struct relocation *relocations;
	size_t nr_relocations;
};

/**
 * allocate() - zeroed memory
 * @count: number of elements
 * @size: size of an element
 *
 * Return: the memory, for free(). Without memory, the program ends.
 */
void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (memory)
		return memory;
	fprintf(stderr, "initcall-graph: error: out of memory\n");
	exit(2);
}

static bool fail(const struct image *image, const char *message)
{
	fprintf(stderr, "%s: error: %s\n", image->path, message);
	return false;
}

static bool open_file(struct image *image)
{
	struct stat stat;

	/* Not blocking: for a pipe, it would wait for a writer. */
	image->fd = open(image->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (image->fd < 0 || fstat(image->fd, &stat))
		return fail(image, strerror(errno));
	if (!S_ISREG(stat.st_mode))
		return fail(image, "not a regular file");
	if (!stat.st_size)
		return fail(image, "the file is empty");
	if ((u64)stat.st_size > MAX_IMAGE_SIZE)
		return fail(image, "larger than any kernel image");
	return true;
}

static bool open_elf(struct image *image)
{
	if (elf_version(EV_CURRENT) == EV_NONE)
		return fail(image, "this libelf is too old");
	image->elf = elf_begin(image->fd, ELF_C_READ_MMAP, NULL);
	if (!image->elf || elf_kind(image->elf) != ELF_K_ELF ||
	    !gelf_getehdr(image->elf, &image->header))
		return fail(image, "not an ELF file; take the vmlinux of this kernel");
	if (image->header.e_type == ET_REL)
		return fail(image, "not linked yet; take vmlinux");
	if (image->header.e_ident[EI_DATA] != ELFDATA2LSB &&
	    image->header.e_ident[EI_DATA] != ELFDATA2MSB)
		return fail(image, "damaged: neither little nor big endian");
	return true;
}

/* The section of a type that has, or has not, memory of its own in the kernel. */
static Elf_Scn *find_section(const struct image *image, Elf_Scn *section, u32 type, bool alloc,
			     GElf_Shdr *header)
{
	while ((section = elf_nextscn(image->elf, section))) {
		if (gelf_getshdr(section, header) && header->sh_type == type &&
		    alloc == !!(header->sh_flags & SHF_ALLOC))
			return section;
	}
	return NULL;
}

static bool open_symbols(struct image *image)
{
	GElf_Shdr header;
	Elf_Scn *section = find_section(image, NULL, SHT_SYMTAB, false, &header);

	if (!section)
		return fail(image, "no symbol table: the file is stripped or damaged");
	image->symbols = elf_getdata(section, NULL);
	if (!image->symbols ||
	    header.sh_entsize != gelf_fsize(image->elf, ELF_T_SYM, 1, EV_CURRENT))
		return fail(image, "damaged: the symbol table cannot be read");
	image->strings = header.sh_link;
	image->nr_symbols = image->symbols->d_size / header.sh_entsize;
	if (image->nr_symbols > MAX_SYMBOLS)
		return fail(image, "damaged: more symbols than any kernel has");
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct named *one = a, *other = b;

	if (one->address != other->address)
		return one->address < other->address ? -1 : 1;
	/* Both are pointers into one section: the order is that of the file. */
	return one->name < other->name ? -1 : one->name > other->name;
}

static const char *symbol_name(const struct image *image, size_t i, GElf_Sym *symbol)
{
	if (!gelf_getsym(image->symbols, i, symbol) || symbol->st_shndx == SHN_UNDEF)
		return NULL;
	return elf_strptr(image->elf, image->strings, symbol->st_name);
}

static void add_symbol(struct image *image, const GElf_Sym *symbol, const char *name)
{
	struct named named = { symbol->st_value, name };

	if (GELF_ST_TYPE(symbol->st_info) == STT_FUNC)
		image->functions[image->nr_functions++] = named;
	else if (GELF_ST_TYPE(symbol->st_info) == STT_NOTYPE && strstr(name, "initcall"))
		image->markers[image->nr_markers++] = named;
}

static void collect_symbols(struct image *image)
{
	const char *name;
	GElf_Sym symbol;
	size_t i;

	image->functions = allocate(image->nr_symbols, sizeof(*image->functions));
	image->markers = allocate(image->nr_symbols, sizeof(*image->markers));
	for (i = 0; i < image->nr_symbols; i++) {
		name = symbol_name(image, i, &symbol);
		if (name)
			add_symbol(image, &symbol, name);
	}
	qsort(image->functions, image->nr_functions, sizeof(*image->functions), by_address);
}

static int by_place(const void *a, const void *b)
{
	const struct relocation *one = a, *other = b;

	return one->place < other->place ? -1 : one->place > other->place;
}

/* An addend is signed, and an address in the upper half of 32 bits is not. */
static u64 relocation_target(const struct image *image, const GElf_Rela *rela, Elf_Data *symbols)
{
	GElf_Sym symbol = { };
	u64 target;

	if (GELF_R_SYM(rela->r_info))
		gelf_getsym(symbols, GELF_R_SYM(rela->r_info), &symbol);
	target = symbol.st_value + rela->r_addend;
	return image_word(image) == 4 ? (u32)target : target;
}

static size_t nr_entries(const Elf_Data *data, const GElf_Shdr *header)
{
	return data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
}

static void add_relocations(struct image *image, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *symbols = elf_getdata(elf_getscn(image->elf, header->sh_link), NULL);
	Elf_Data *data = elf_getdata(section, NULL);
	size_t i, count = nr_entries(data, header);
	GElf_Rela rela;

	for (i = 0; i < count && gelf_getrela(data, i, &rela); i++)
		image->relocations[image->nr_relocations++] = (struct relocation){
			rela.r_offset, relocation_target(image, &rela, symbols)
		};
}

/*
 * A relocatable kernel that applies its relocations itself may have zeros where
 * they go. Those without addend (REL, RELR) leave it in place, so that what can
 * be read there is right.
 */
static void collect_relocations(struct image *image)
{
	Elf_Scn *section = NULL;
	size_t count = 0;
	GElf_Shdr header;

	while ((section = find_section(image, section, SHT_RELA, true, &header)))
		count += nr_entries(elf_getdata(section, NULL), &header);
	image->relocations = allocate(count, sizeof(*image->relocations));
	while ((section = find_section(image, section, SHT_RELA, true, &header)))
		add_relocations(image, section, &header);
	qsort(image->relocations, image->nr_relocations, sizeof(*image->relocations), by_place);
}

/**
 * image_open() - open a kernel image and read its symbols
 * @path: path of vmlinux; must live as long as the image
 *
 * Return: the image for image_close(), or NULL after a message that says what is wrong.
 */
struct image *image_open(const char *path)
{
	struct image *image = allocate(1, sizeof(*image));

	image->path = path;
	image->fd = -1;
	if (!open_file(image) || !open_elf(image) || !open_symbols(image)) {
		image_close(image);
		return NULL;
	}
	collect_symbols(image);
	collect_relocations(image);
	return image;
}

/**
 * image_close() - close an image; no string of it is valid any more
 * @image: the image, or NULL
 */
void image_close(struct image *image)
{
	if (!image)
		return;
	elf_close(image->elf, image->fd);
	free(image->functions);
	free(image->markers);
	free(image->relocations);
	free(image);
}

/**
 * image_path() - path of an image, for messages
 * @image: the image
 *
 * Return: the path as it was given.
 */
const char *image_path(const struct image *image)
{
	return image->path;
}

/**
 * image_symbol() - look up a symbol that the linker script sets for initcalls
 * @image: the image
 * @name: name of the symbol
 * @address: receives its value
 *
 * Return: whether there is such a symbol.
 */
bool image_symbol(const struct image *image, const char *name, u64 *address)
{
	size_t i;

	for (i = 0; i < image->nr_markers; i++) {
		if (!strcmp(image->markers[i].name, name)) {
			*address = image->markers[i].address;
			return true;
		}
	}
	return false;
}

/**
 * image_has_function() - is there a function of that name?
 * @image: the image
 * @name: name of the function
 *
 * Return: whether there is one.
 */
bool image_has_function(const struct image *image, const char *name)
{
	size_t i;

	for (i = 0; i < image->nr_functions; i++)
		if (!strcmp(image->functions[i].name, name))
			return true;
	return false;
}

/**
 * image_function() - name of the function at an address
 * @image: the image
 * @address: where it begins
 *
 * Return: its name, of several the first in the symbol table; NULL if there is none.
 */
const char *image_function(const struct image *image, u64 address)
{
	size_t low = 0, high = image->nr_functions, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (image->functions[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < image->nr_functions && image->functions[low].address == address)
		return image->functions[low].name;
	return NULL;
}

/**
 * image_word() - size of a pointer
 * @image: the image
 *
 * Return: 4 or 8 bytes.
 */
unsigned int image_word(const struct image *image)
{
	return gelf_getclass(image->elf) == ELFCLASS32 ? 4 : 8;
}

/* Bytes at an address, up to the end of their section. */
static const char *find_data(const struct image *image, u64 address, u64 *available)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	Elf_Data *data;

	while ((section = find_section(image, section, SHT_PROGBITS, true, &header))) {
		if (address < header.sh_addr || address - header.sh_addr >= header.sh_size)
			continue;
		data = elf_rawdata(section, NULL);
		if (!data || !data->d_buf || address - header.sh_addr >= data->d_size)
			return NULL;
		*available = data->d_size - (address - header.sh_addr);
		return (const char *)data->d_buf + (address - header.sh_addr);
	}
	return NULL;
}

/**
 * image_string() - a string at an address
 * @image: the image
 * @address: where it begins
 *
 * Return: the string, NULL if it has no end in its section.
 */
const char *image_string(const struct image *image, u64 address)
{
	u64 available;
	const char *data = find_data(image, address, &available);

	return data && memchr(data, '\0', available) ? data : NULL;
}

/**
 * image_number() - an unsigned number at an address
 * @image: the image
 * @address: where it is; need not be aligned
 * @size: its size in bytes, at most 8
 * @number: receives it
 *
 * Return: whether it could be read.
 */
bool image_number(const struct image *image, u64 address, unsigned int size, u64 *number)
{
	bool little = image->header.e_ident[EI_DATA] == ELFDATA2LSB;
	u64 available;
	const u8 *data = (const u8 *)find_data(image, address, &available);
	unsigned int i;

	if (!data || size > available)
		return false;
	*number = 0;
	for (i = 0; i < size; i++)
		*number = *number << 8 | data[little ? size - 1 - i : i];
	return true;
}

/**
 * image_pointer() - a pointer at an address, as it is when the kernel runs where
 *	it was linked
 * @image: the image
 * @address: where it is
 * @target: receives what it points to
 *
 * Return: whether it could be read.
 */
bool image_pointer(const struct image *image, u64 address, u64 *target)
{
	const struct relocation key = { .place = address }, *found;

	found = bsearch(&key, image->relocations, image->nr_relocations, sizeof(key), by_place);
	if (!found)
		return image_number(image, address, image_word(image), target);
	*target = found->target;
	return true;
}

/**
 * elf_open() - open an ELF file in which something may be found
 * @path: its path
 * @fd: receives the file descriptor
 *
 * Return: libelf's handle for elf_close(); NULL without a message.
 */
Elf *elf_open(const char *path, int *fd)
{
	elf_version(EV_CURRENT);
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return *fd < 0 ? NULL : elf_begin(*fd, ELF_C_READ_MMAP, NULL);
}

/**
 * elf_close() - close it again
 * @elf: libelf's handle, or NULL
 * @fd: the file descriptor, or -1
 */
void elf_close(Elf *elf, int fd)
{
	elf_end(elf);
	if (fd >= 0)
		close(fd);
}

static Elf_Data *find_modinfo(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	const char *name;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_PROGBITS)
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (name && !strcmp(name, ".modinfo"))
			return elf_rawdata(section, NULL);
	}
	return NULL;
}

/**
 * elf_modinfo() - the .modinfo of a kernel or a module
 * @path: the ELF file
 * @size: receives its size in bytes
 *
 * The linker script keeps it out of the memory of the kernel.
 *
 * Return: a copy of it, strings in a row, for free(); NULL if there is none.
 */
char *elf_modinfo(const char *path, size_t *size)
{
	Elf_Data *data = NULL;
	char *copy = NULL;
	Elf *elf;
	int fd;

	elf = elf_open(path, &fd);
	if (elf)
		data = find_modinfo(elf);
	if (data && data->d_buf && data->d_size) {
		*size = data->d_size;
		copy = allocate(*size, 1);
		memcpy(copy, data->d_buf, *size);
	}
	elf_close(elf, fd);
	return copy;
}
