/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_INITCALL_MODULE_H
#define _LINUX_INITCALL_MODULE_H

/*
 * Which module does an initcall belong to?
 *
 * Each initcall of built-in code leaves a small record that names its module, so
 * that initcall_depends() can name a prerequisite that itself needs no change.
 * include/linux/init.h uses __initcall_module() for each initcall; drivers do not
 * use this header.
 *
 * A module is called what KBUILD_MODFILE says: its path without an extension,
 * "drivers/char/tpm/tpm_crb". An object that is linked into two modules has both
 * paths there, separated by a space.
 *
 * The linker merges equal strings, so two records of one module refer to the same
 * address, and so does a declaration that names it. The kernel compares addresses to
 * identify modules and to find prerequisites; it compares a name only if that is
 * spelled in another way.
 *
 * The records are init memory. Where relative references exist (arm64, x86) a
 * record takes twelve bytes, elsewhere three pointers, plus the strings, which all
 * records of a module share.
 */

#include <linux/stringify.h>
#include <linux/types.h>

#if defined(CONFIG_INITCALL_DEPENDS) && !defined(MODULE) && !defined(__ASSEMBLY__)

#ifdef CONFIG_HAVE_ARCH_PREL32_RELOCATIONS

/* Relative to its own address */
typedef s32 initcall_ref_t;
#define __INITCALL_REF(label)	".4byte	" label " - .\n"
#define initcall_ref_target(ref)	(*(ref) ? offset_to_ptr(ref) : NULL)

#else

typedef const void *initcall_ref_t;
#define __INITCALL_REF(label)	".dc.a	" label "\n"
#define initcall_ref_target(ref)	(*(ref))

#endif

/**
 * struct initcall_record - an entry of .init.initcall_modules or .init.initcall_depends
 * @what: of a module record, the entry in the table of initcalls; of a dependency,
 *	the name or path of the prerequisite
 * @path: KBUILD_MODFILE of the file that the record is in
 * @name: KBUILD_MODNAME of that, which has '_' where @path may have '-'; of no use in
 *	a dependency
 */
struct initcall_record {
	initcall_ref_t what;
	initcall_ref_t path;
	initcall_ref_t name;
};

/*
 * A record refers to strings by local labels. Linkers merge strings of one alignment,
 * wherever they are in .init.data. There are others of alignment 1 there: those of
 * objects that are renamed with --prefix-alloc-sections=.init. So these are aligned to
 * 2, and stay in one piece, between two symbols. The plan has a number for each two
 * bytes of them, see INITCALL_STRING_ALIGN.
 */
#define __initcall_string(label, text)					\
	".pushsection .init.initcall_strings, \"aMS\", %progbits, 1\n"	\
	".balign 2\n"							\
	#label ":	.asciz \"" text "\"\n"				\
	".popsection\n"

#define __initcall_record(section, what)				\
	".pushsection " section ", \"a\"\n"				\
	".balign 4\n"							\
	__INITCALL_REF(what)						\
	__INITCALL_REF("1f")						\
	__INITCALL_REF("2f")						\
	".popsection\n"							\
	__initcall_string(1, KBUILD_MODFILE)				\
	__initcall_string(2, KBUILD_MODNAME)

#define __initcall_module(entry)					\
	asm(__initcall_record(".init.initcall_modules", __stringify(entry)))

#define __initcall_dependency(name)					\
	asm(__initcall_record(".init.initcall_depends", "3f")		\
	    __initcall_string(3, name))

#else /* !CONFIG_INITCALL_DEPENDS || MODULE || __ASSEMBLY__ */

#define __initcall_module(entry)
#define __initcall_dependency(name)

#endif /* CONFIG_INITCALL_DEPENDS && !MODULE && !__ASSEMBLY__ */

#endif /* _LINUX_INITCALL_MODULE_H */
