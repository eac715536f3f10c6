/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_OPTIONAL_H
#define _INITCALL_DEPENDS_OPTIONAL_H

/*
 * All that the core knows of what is optional. Each part is a file of its own:
 * without that, its line in the Makefile and its Kconfig entry, all else is as it was.
 */

#include "internal.h"

typedef void (*initcall_declare_fn)(struct initcall_graph *graph, const char *consumer,
				    const char *prerequisite);

/* initcall_depends= on the command line: options.c and cmdline.c; a random order: shuffle.c */
#ifdef CONFIG_INITCALL_DEPENDS_OPTIONS
bool initcall_options_off(void);
bool initcall_options_any(void);
bool initcall_options_discover(void);
bool initcall_options_shuffle(void);
void initcall_options_add(struct initcall_graph *graph, initcall_declare_fn declare);
void initcall_options_drop(struct initcall_graph *graph);
void initcall_options_report(const struct initcall_plan *plan);
bool initcall_options_verbose(void);
int initcall_shuffle_plan(struct initcall_plan *plan);
#else
static inline bool initcall_options_off(void) { return false; }
static inline bool initcall_options_any(void) { return false; }
static inline bool initcall_options_discover(void) { return false; }
static inline bool initcall_options_shuffle(void) { return false; }
static inline void initcall_options_add(struct initcall_graph *graph,
					initcall_declare_fn declare) { }
static inline void initcall_options_drop(struct initcall_graph *graph) { }
static inline void initcall_options_report(const struct initcall_plan *plan) { }
static inline bool initcall_options_verbose(void) { return false; }
static inline int initcall_shuffle_plan(struct initcall_plan *plan) { return 0; }
#endif

/* What ran, and when: debugfs.c */
#ifdef CONFIG_INITCALL_DEPENDS_DEBUGFS
int initcall_history_start(struct initcall_plan *plan);
void initcall_history_begin(const struct initcall_plan *plan);
void initcall_history_end(const struct initcall_plan *plan, int err);
void initcall_history_probe(const struct initcall_plan *plan, enum initcall_event what,
			    struct device *dev, const struct device_driver *drv);
void initcall_history_finish(const struct initcall_plan *plan);
void initcall_history_free(struct initcall_plan *plan);
#else
static inline int initcall_history_start(struct initcall_plan *plan) { return 0; }
static inline void initcall_history_begin(const struct initcall_plan *plan) { }
static inline void initcall_history_end(const struct initcall_plan *plan, int err) { }
static inline void initcall_history_probe(const struct initcall_plan *plan,
					  enum initcall_event what, struct device *dev,
					  const struct device_driver *drv) { }
static inline void initcall_history_finish(const struct initcall_plan *plan) { }
static inline void initcall_history_free(struct initcall_plan *plan) { }
#endif

/* Which declarations are missing: discover.c */
#ifdef CONFIG_INITCALL_DEPENDS_DISCOVER
bool initcall_discovers(void);
void initcall_discover_probe(struct initcall_plan *plan, enum initcall_event what,
			     struct device *dev, const struct device_driver *drv);
void initcall_discover_after(struct initcall_plan *plan);
void initcall_discover_finish(struct initcall_plan *plan);
#else
static inline bool initcall_discovers(void) { return false; }
static inline void initcall_discover_probe(struct initcall_plan *plan, enum initcall_event what,
					   struct device *dev, const struct device_driver *drv) { }
static inline void initcall_discover_after(struct initcall_plan *plan) { }
static inline void initcall_discover_finish(struct initcall_plan *plan) { }
#endif

/* Whether all modules get a number, not only those that a declaration names. */
static inline bool initcall_wants_all(void)
{
	return IS_ENABLED(CONFIG_INITCALL_DEPENDS_DEBUGFS) || initcall_discovers() ||
	       initcall_options_shuffle();
}

#endif /* _INITCALL_DEPENDS_OPTIONAL_H */
