/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_IMAGE_H
#define _INITCALL_GRAPH_IMAGE_H

#include <gelf.h>

#include <linux/types.h>

/* A linked kernel, of any architecture, class and endianness. */
struct image;

struct image *image_open(const char *path);
void image_close(struct image *image);
const char *image_path(const struct image *image);

bool image_symbol(const struct image *image, const char *name, u64 *address);
bool image_has_function(const struct image *image, const char *name);
const char *image_function(const struct image *image, u64 address);

unsigned int image_word(const struct image *image);
bool image_number(const struct image *image, u64 address, unsigned int size, u64 *number);
bool image_pointer(const struct image *image, u64 address, u64 *target);
const char *image_string(const struct image *image, u64 address);

Elf *elf_open(const char *path, int *fd);
void elf_close(Elf *elf, int fd);
char *elf_modinfo(const char *path, size_t *size);

void *allocate(size_t count, size_t size);

#endif /* _INITCALL_GRAPH_IMAGE_H */
