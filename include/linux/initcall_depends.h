/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_INITCALL_DEPENDS_H
#define _LINUX_INITCALL_DEPENDS_H

/*
 * Declared dependencies between drivers, resolved before they probe
 *
 * Built-in drivers of one initcall level are initialised in link order, which
 * nobody chose. A driver whose probe needs another driver bound first gets
 * -EPROBE_DEFER, and the first retry of deferred probes comes as late as
 * late_initcall: too late for IMA, trusted keys and everybody else who looks for
 * a device at that time and makes do without it. initcall_depends() says what is
 * meant, in the file of the driver that has the need:
 *
 *   #include <linux/initcall_depends.h>
 *
 *   module_platform_driver(crb_acpi_driver);
 *   initcall_depends("tpm_crb_ffa");
 *
 * The prerequisite needs no change. It is named by its module name, '-' and '_'
 * being the same, or, where built-in objects share a name like "core", by its
 * path, "drivers/base/dd". One line per prerequisite.
 *
 * Built in, the line puts the initcalls of the prerequisite before those of the
 * consumer, within their level: what is in the way of a consumer is run first,
 * in the same thread; a prerequisite in the _sync half holds the consumer back.
 * A tree without such lines, or with lines that ask for what link order does
 * anyway, boots exactly as before. A prerequisite that is not configured, fails
 * or is blacklisted stops nobody, and neither does a cycle, which is reported.
 *
 * As a module, the line becomes a soft dependency: modprobe loads the
 * prerequisite first. Kbuild makes it when it links the module, as modprobe
 * obeys only one of them. A path names no module, and asks for nothing there.
 *
 * See Documentation/driver-api/initcall_depends.rst for what is guaranteed and
 * when to use something else, and Documentation/admin-guide/initcall-depends.rst
 * for how to switch this off and how to change dependencies without a rebuild.
 */

#include <linux/build_bug.h>
#include <linux/init.h>
#include <linux/initcall_module.h>
#include <linux/module.h>

/**
 * initcall_depends() - declare that another driver must be initialised first
 * @name: module name or path of the prerequisite, a string literal
 *
 * Stands on file level, behind the macro that declares the initcall or the
 * driver. Counts for all initcalls of the module that the file belongs to, and
 * all initcalls of the prerequisite that are not at a later level.
 *
 * Context: file level.
 */
#if defined(MODULE)
#define initcall_depends(name)						\
	static_assert(sizeof("" name) > 1, "initcall_depends() needs a name"); \
	MODULE_INFO(initcall_depends, name)
#elif defined(CONFIG_INITCALL_DEPENDS)
#define initcall_depends(name)						\
	static_assert(sizeof("" name) > 1, "initcall_depends() needs a name"); \
	MODULE_INFO(initcall_depends, name);				\
	MODULE_INFO(initcall_depends_at, __FILE__ ":" __stringify(__LINE__) ":" name); \
	__initcall_depends(name)
#else
#define initcall_depends(name)						\
	static_assert(sizeof("" name) > 1, "initcall_depends() needs a name")
#endif

/* For init/main.c. */
#ifdef CONFIG_INITCALL_DEPENDS
void initcall_depends_plan(void);
void initcall_depends_run(initcall_entry_t *slot);
void initcall_depends_finish(void);
#else
static inline void initcall_depends_plan(void) { }
static inline void initcall_depends_finish(void) { }
static __always_inline void initcall_depends_run(initcall_entry_t *slot)
{
	do_one_initcall(initcall_from_entry(slot));
}
#endif

#endif /* _LINUX_INITCALL_DEPENDS_H */
