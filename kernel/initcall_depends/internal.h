/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_INTERNAL_H
#define _INITCALL_DEPENDS_INTERNAL_H

#include <linux/init.h>
#include <linux/initcall_module.h>
#include <linux/initcall_probe.h>

#include "graph.h"

/* From the linker script, include/asm-generic/vmlinux.lds.h */
extern const struct initcall_record __start_initcall_modules[];
extern const struct initcall_record __stop_initcall_modules[];
extern const struct initcall_record __start_initcall_depends[];
extern const struct initcall_record __stop_initcall_depends[];
extern const char __start_initcall_strings[];
extern const char __stop_initcall_strings[];

/* The same string in run.c and in graph.c: run.c checks that the linker has merged them */
#define INITCALL_SAME_STRING(symbol)	\
	asm(".globl " #symbol "\n" __initcall_string(symbol, "initcall_depends"))
extern const char initcall_one_string[], initcall_same_string[];

extern initcall_entry_t __initcall0s_start[], __initcall1s_start[], __initcall2s_start[];
extern initcall_entry_t __initcall3s_start[], __initcall4s_start[], __initcall5s_start[];
extern initcall_entry_t __initcallrootfs_start[], __initcallrootfss_start[];
extern initcall_entry_t __initcall6s_start[], __initcall7s_start[];

/**
 * struct initcall_records - what the image says
 * @modules: which module an initcall belongs to
 * @modules_end: the end of these
 * @depends: the initcall_depends() lines
 * @depends_end: the end of these
 * @strings: what the linker has merged of the strings that these refer to
 * @strings_end: the end of these
 */
struct initcall_records {
	const struct initcall_record *modules, *modules_end;
	const struct initcall_record *depends, *depends_end;
	const char *strings, *strings_end;
};

/**
 * struct initcall_plan - what is known while initcalls run
 * @graph: initcalls, modules, dependencies and order
 * @link: if initcalls are shuffled: by node, its place in link order
 * @notes: what debugfs.c has noted so far
 * @thread: the thread that runs initcalls
 * @next: the initcall that is called next, or being called
 * @running: module of the initcall that is being called, 0 if there is none
 * @now: number of events so far, which serves as a time
 * @updated: @now of the last update()
 * @round: when the current round of the drain began, 0 outside of it
 * @patience: what is left of the time for all waits, in jiffies
 * @released: nothing is held any more; after one last retry, the driver core is left alone
 */
struct initcall_plan {
	struct initcall_graph graph;
	u32 *link;
	struct initcall_notes *notes;
	struct task_struct *thread;
	u32 next;
	u32 running;
	u32 now;
	u32 updated;
	u32 round;
	long patience;
	bool released;
};

extern const struct initcall_records initcall_records_of_image;
void *initcall_alloc(size_t size);
int initcall_plan_make(struct initcall_plan *plan, const struct initcall_records *records);
void initcall_plan_free(struct initcall_plan *plan);
initcall_t initcall_function(const struct initcall_plan *plan, u32 node);

void initcall_run(u32 node, initcall_t fn);

void initcall_hold_start(struct initcall_plan *plan);
void initcall_hold_take(struct device *dev);
void initcall_hold_drain(void);

#endif /* _INITCALL_DEPENDS_INTERNAL_H */
