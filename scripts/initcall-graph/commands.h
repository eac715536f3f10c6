/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_COMMANDS_H
#define _INITCALL_GRAPH_COMMANDS_H

#include "kbuild.h"
#include "known.h"
#include "plan.h"

/* Exit status */
enum {
	CLEAN = 0,
	PROBLEMS = 1,
	TROUBLE = 2,
};

/**
 * struct request - what the user wants
 * @operands: what follows the command
 * @options: what the command line of the kernel says
 * @all: show modules without dependencies as well
 * @moved: show only initcalls that moved
 * @no_notes: print only what is wrong
 * @warn_only: all that is wrong is a warning
 * @colour: write colours
 * @names: file with the names of all modules of the tree, or NULL
 * @objects: folder that the kernel was built in, or NULL
 * @kbuild: what is in both
 * @known: what is wrong and known
 */
struct request {
	const char *operands[3];
	struct initcall_options options;
	bool all;
	bool moved;
	bool no_notes;
	bool warn_only;
	bool colour;
	const char *names;
	const char *objects;
	struct kbuild kbuild;
	struct known *known;
};

int command_check(const struct request *request, const struct plan *plan);
int command_diff(const struct request *request, const struct plan *plan);
int command_dot(const struct request *request, const struct plan *plan);
int command_edges(const struct request *request, const struct plan *plan);
int command_json(const struct request *request, const struct plan *plan);
int command_modules(const struct request *request, const struct plan *plan);
int command_order(const struct request *request, const struct plan *plan);
int command_svg(const struct request *request, const struct plan *plan);
int command_why(const struct request *request, const struct plan *plan);

void param_parse(struct initcall_options *options, char *words);

#endif /* _INITCALL_GRAPH_COMMANDS_H */
