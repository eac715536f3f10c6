/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_INITCALL_MODULE_H
#define _LINUX_INITCALL_MODULE_H

/*
 * Which module does an initcall belong to?
 *
 * Every initcall of built-in code leaves a small record that names its module,
 * so that initcall_depends() can be told about a prerequisite without a change
 * to that prerequisite. include/linux/init.h calls __initcall_module() for each
 * initcall; drivers have no business here.
 *
 * The records are freed with the rest of the init memory. Where relative
 * references are to be had (arm64, x86) they take ten bytes, plus the name, which
 * is shared between all initcalls of a module; elsewhere 12 or 24, plus the name.
 * With CONFIG_INITCALL_DEPENDS_DISCOVER, a second record names the source file.
 */

#ifndef __ASSEMBLY__

#include <linux/types.h>

#if defined(CONFIG_INITCALL_DEPENDS) && !defined(MODULE)

#ifdef CONFIG_HAVE_ARCH_PREL32_RELOCATIONS

/**
 * struct initcall_module_record - says which module an initcall belongs to
 * @entry: the initcall's entry in the table of initcalls, relative to this field
 * @name: KBUILD_MODNAME of the module, relative to this field
 * @dir: checksum of the directory that its Makefile is in
 */
struct initcall_module_record {
	s32 entry;
	s32 name;
	u16 dir;
} __packed;

/**
 * struct initcall_depends_record - one initcall_depends() line
 * @prerequisite: what it says, relative to this field
 * @consumer: KBUILD_MODNAME of the file that it is in, relative to this field
 * @dir: checksum of the directory that its Makefile is in
 */
struct initcall_depends_record {
	s32 prerequisite;
	s32 consumer;
	u16 dir;
} __packed;

/**
 * struct initcall_file_record - says in which source file an initcall stands
 * @entry: the initcall's entry in the table of initcalls, relative to this field
 * @file: path of the file, relative to this field
 */
struct initcall_file_record {
	s32 entry;
	s32 file;
} __packed;

#define __initcall_record_string(label, text)				\
	".pushsection .init.initcall_strings, \"aMS\", %progbits, 1\n"	\
	#label ":	.asciz \"" text "\"\n"				\
	".popsection\n"

#define __initcall_record(section, first)				\
	".pushsection " section ", \"a\"\n"				\
	".4byte	" first " - .\n"					\
	".4byte	1f - .\n"						\
	".2byte	" __stringify(KBUILD_MODDIR_ID) " & 0xffff\n"		\
	".popsection\n"							\
	__initcall_record_string(1, KBUILD_MODNAME)

#define __initcall_module(name)						\
	asm(__initcall_record(".init.initcall_modules", __stringify(name)) \
	    __initcall_file(__stringify(name)))

#ifdef CONFIG_INITCALL_DEPENDS_DISCOVER
#define __initcall_file(entry)						\
	".pushsection .init.initcall_files, \"a\"\n"			\
	".4byte	" entry " - .\n"					\
	".4byte	3f - .\n"						\
	".popsection\n"							\
	__initcall_record_string(3, __FILE__)
#else
#define __initcall_file(entry)
#endif

#define __initcall_depends(name)					\
	asm(__initcall_record(".init.initcall_depends", "2f")		\
	    __initcall_record_string(2, name))

#else /* !CONFIG_HAVE_ARCH_PREL32_RELOCATIONS */

struct initcall_module_record {
	const void *entry;
	const char *name;
	u16 dir;
};

struct initcall_depends_record {
	const char *prerequisite;
	const char *consumer;
	u16 dir;
};

struct initcall_file_record {
	const void *entry;
	const char *file;
};

#define ___initcall_module(entry_)					\
	static const char module_name_of_##entry_[] __initconst __aligned(1) =	\
		KBUILD_MODNAME;						\
	static const struct initcall_module_record module_of_##entry_	\
	__used __section(".init.initcall_modules")			\
	__aligned(__alignof__(struct initcall_module_record)) = {	\
		.entry = &(entry_),					\
		.name = module_name_of_##entry_,					\
		.dir = (u16)KBUILD_MODDIR_ID,				\
	};								\
	__initcall_file(entry_)

#ifdef CONFIG_INITCALL_DEPENDS_DISCOVER
#define __initcall_file(entry_)						\
	static const char file_name_of_##entry_[] __initconst __aligned(1) = \
		__FILE__;						\
	static const struct initcall_file_record file_of_##entry_	\
	__used __section(".init.initcall_files")			\
	__aligned(__alignof__(struct initcall_file_record)) = {		\
		.entry = &(entry_),					\
		.file = file_name_of_##entry_,				\
	}
#else
#define __initcall_file(entry_)		static_assert(sizeof(entry_))
#endif

#define ___initcall_depends(id, text)					\
	static const char id##_prerequisite[] __initconst __aligned(1) = \
		text;							\
	static const char id##_consumer[] __initconst __aligned(1) =	\
		KBUILD_MODNAME;						\
	static const struct initcall_depends_record id##_record		\
	__used __section(".init.initcall_depends")			\
	__aligned(__alignof__(struct initcall_depends_record)) = {	\
		.prerequisite = id##_prerequisite,			\
		.consumer = id##_consumer,				\
		.dir = (u16)KBUILD_MODDIR_ID,				\
	}

/* One step more, for the arguments to be expanded before they are pasted. */
#define __initcall_depends_id(id, text)	___initcall_depends(id, text)
#define __initcall_depends(text)					\
	__initcall_depends_id(__UNIQUE_ID(initcall_depends), text)
#define __initcall_module(entry_)	___initcall_module(entry_)

#endif /* CONFIG_HAVE_ARCH_PREL32_RELOCATIONS */

#else /* !CONFIG_INITCALL_DEPENDS || MODULE */

#define __initcall_module(name)

#endif /* CONFIG_INITCALL_DEPENDS && !MODULE */

#endif /* !__ASSEMBLY__ */

#endif /* _LINUX_INITCALL_MODULE_H */
