/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_INITCALL_DEPENDS_H
#define _LINUX_INITCALL_DEPENDS_H

/*
 * Declared dependencies between drivers
 *
 * A driver whose probe needs another driver bound first says so in its own file,
 * once for each such driver:
 *
 *   #include <linux/initcall_depends.h>
 *
 *   module_platform_driver(crb_acpi_driver);
 *   initcall_depends("tpm_crb_ffa");
 *
 * The prerequisite needs no change. It is named by its module name, '-' and '_'
 * being equal, or, where built-in objects share a name such as "core", by its
 * path as in KBUILD_MODFILE: "drivers/soc/tegra/pmc".
 *
 * Built in, the line means: the probes of this module need that driver bound.
 *
 *  - Within an initcall level, the initcalls of the prerequisite run first.
 *  - At any level, the driver core defers the consumer's devices itself, without
 *    calling probe, as long as the prerequisite is pending, and probes them when
 *    it no longer is. Before the first late_initcall() all this ends.
 *
 * A prerequisite that is not configured, fails, is blacklisted, or has no device
 * holds up nothing. A cycle is reported, and the edge that closes it is left out.
 *
 * As a module, the line becomes a soft dependency (modinfo: "softdep: pre: ...").
 *
 * A line in a header counts for each module that includes the header. Its place
 * in the file does not matter, but it has to be at file level.
 *
 * Documentation/driver-api/initcall_depends.rst says what is guaranteed, and when
 * something else serves better.
 */

#include <linux/build_bug.h>
#include <linux/init.h>
#include <linux/initcall_module.h>
#include <linux/module.h>

/* Sparse takes no builtin for a constant expression. */
#ifdef __CHECKER__
#define __initcall_depends_is_name(name)	(sizeof("" name) > 1)
#else
#define __initcall_depends_has(name, c)		__builtin_strchr(name, c)
#define __initcall_depends_is_name(name)				\
	(sizeof("" name) > 1 && !__initcall_depends_has(name, '"') &&	\
	 !__initcall_depends_has(name, '\\') && !__initcall_depends_has(name, ' ') && \
	 !__initcall_depends_has(name, '\t') && !__initcall_depends_has(name, '\n') && \
	 !__initcall_depends_has(name, ':') && !__initcall_depends_has(name, ','))
#endif

#if defined(MODULE) || defined(CONFIG_INITCALL_DEPENDS)
#define __initcall_depends_info(tag, text)	MODULE_INFO(tag, text)
#else
#define __initcall_depends_info(tag, text)	static_assert(sizeof(#tag text))
#endif

/**
 * initcall_depends() - declare that a driver needs another one to be bound
 * @name: module name or path of the prerequisite, a string literal
 *
 * Applies to all drivers and initcalls of the module that the file belongs to. The
 * empty function makes the compiler reject a line inside a function, where it would
 * do nothing.
 *
 * Context: file level.
 */
#define initcall_depends(name)						\
	static_assert(__initcall_depends_is_name(name),			\
		      "initcall_depends() takes one module name or path"); \
	static inline void __maybe_unused __UNIQUE_ID(initcall_depends)(void) { } \
	__initcall_dependency(name);					\
	__initcall_depends_info(initcall_depends, name);		\
	__initcall_depends_info(initcall_depends_at, __FILE__ ":" __stringify(__LINE__) ":" name)

/* For init/main.c */
#ifdef CONFIG_INITCALL_DEPENDS
extern bool initcall_depends_planned;
void initcall_depends_plan(void);
void initcall_depends_finish(void);
#else
#define initcall_depends_planned	false
static inline void initcall_depends_plan(void) { }
static inline void initcall_depends_finish(void) { }
#endif

void __initcall_depends_run(initcall_entry_t *slot);

/* Without a plan, an initcall costs one test more. */
static __always_inline void initcall_depends_run(initcall_entry_t *slot)
{
	if (initcall_depends_planned)
		__initcall_depends_run(slot);
	else
		do_one_initcall(initcall_from_entry(slot));
}

#endif /* _LINUX_INITCALL_DEPENDS_H */
