/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_OPTIONAL_H
#define _INITCALL_DEPENDS_OPTIONAL_H

/*
 * All that the core knows of what is optional. Each part is a file of its own:
 * without that, its line in the Makefile and its Kconfig entry, all else is as it was.
 * So what is declared here is called only if IS_ENABLED() says that it is there.
 */

#include "internal.h"

/* initcall_depends= on the command line: options.c and cmdline.c; a random order: shuffle.c */
bool initcall_options_wanted(bool is_declared);
bool initcall_options_discover(void);
bool initcall_options_shuffle(void);
u32 initcall_options_count(void);
void initcall_options_edit(struct initcall_plan *plan);
void initcall_options_report(const struct initcall_plan *plan);
void initcall_options_held(const struct initcall_plan *plan, const struct device *dev);

/* What ran, and when: debugfs.c */
void initcall_history_start(struct initcall_plan *plan);
void initcall_history_begin(const struct initcall_plan *plan);
void initcall_history_end(const struct initcall_plan *plan, int err);
void initcall_history_probe(const struct initcall_plan *plan, enum initcall_event what,
			    struct device *dev, const struct device_driver *drv);
void initcall_history_finish(const struct initcall_plan *plan);
void initcall_history_free(struct initcall_plan *plan);

/* Which declarations are missing: discover.c */
bool initcall_discovers(void);
void initcall_discover_probe(struct initcall_plan *plan, enum initcall_event what,
			     struct device *dev, const struct device_driver *drv);
void initcall_discover_after(struct initcall_plan *plan);
void initcall_discover_finish(struct initcall_plan *plan);

/* Whether to follow probes to the end, and without a dependency, too. */
static inline bool initcall_follows_all(void)
{
	return IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS) ||
	       (IS_ENABLED(CONFIG_INITCALL_DEPENDS_DISCOVER) && initcall_discovers());
}

#endif /* _INITCALL_DEPENDS_OPTIONAL_H */
