// SPDX-License-Identifier: GPL-2.0
/*
 * initcall-graph: see and check the order of a kernel image before it boots
 *
 * Documentation/driver-api/initcall_graph.rst is the manual.
 */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

/* Options that not every command has a use for */
enum {
	ALL = 1,
	MOVED = 2,
	NAMES = 4,
	OBJECTS = 8,
	NO_NOTES = 16,
	PARAM = 32,
	HELP = 64,
};

/**
 * struct command - one of the commands
 * @name: what it is called
 * @nr_operands: number of operands
 * @operands: what these are, for messages
 * @image_at: which of them is the image, -1 for none
 * @takes: options that have an effect
 * @wants: one of them that it cannot do without
 * @run: does it
 * @help: what it does
 */
struct command {
	const char *name;
	int nr_operands;
	const char *operands;
	int image_at;
	int takes;
	int wants;
	int (*run)(const struct request *request, const struct plan *plan);
	const char *help;
};

static const struct command commands[] = {
	{ "order", 1, "VMLINUX", 0, MOVED | PARAM, 0, command_order,
	  "what will run, per level, what moved and why" },
	{ "edges", 1, "VMLINUX", 0, PARAM, 0, command_edges,
	  "dependencies, their state, where they are declared" },
	{ "check", 1, "VMLINUX", 0, NAMES | OBJECTS | NO_NOTES | PARAM, 0, command_check,
	  "what is wrong with dependencies, as a compiler says it" },
	{ "modules", 1, "ORDER", -1, NAMES, NAMES, command_modules,
	  "wrong names in the modules of modules.order" },
	{ "why", 3, "A B VMLINUX", 2, PARAM, 0, command_why,
	  "by which dependencies module B comes before module A" },
	{ "dot", 1, "VMLINUX", 0, ALL | PARAM, 0, command_dot,
	  "the graph for graphviz" },
	{ "svg", 1, "VMLINUX", 0, ALL | PARAM, 0, command_svg,
	  "the graph as a picture, if graphviz is installed" },
	{ "json", 1, "VMLINUX", 0, PARAM, 0, command_json,
	  "all that is known, for programs" },
	{ "diff", 2, "OLD NEW", 0, PARAM, 0, command_diff,
	  "which initcalls changed their relative order" },
	{ }
};

static const struct option long_options[] = {
	{ "all", no_argument, NULL, ALL },
	{ "help", no_argument, NULL, HELP },
	{ "moved", no_argument, NULL, MOVED },
	{ "names", required_argument, NULL, NAMES },
	{ "no-notes", no_argument, NULL, NO_NOTES },
	{ "objects", required_argument, NULL, OBJECTS },
	{ "param", required_argument, NULL, PARAM },
	{ }
};

static void print_help(FILE *file)
{
	const struct command *command;

	fprintf(file, "Usage: initcall-graph COMMAND [OPTION]... OPERAND...\n\n"
		"See and check the order of the initcalls of a kernel image before it boots.\n"
		"VMLINUX is the ELF image of any architecture, with its symbols, of a kernel\n"
		"with CONFIG_INITCALL_DEPENDS.\n\n");
	for (command = commands; command->name; command++)
		fprintf(file, "  %-7s %-12s %s\n", command->name, command->operands,
			command->help);
	fprintf(file, "\n"
		"  --param=WORDS   what the command line of that kernel says, as in\n"
		"                  --param=initcall_depends=add=tpm_crb:kvm; may be repeated\n"
		"  --moved         order: only initcalls that moved\n"
		"  --all           dot, svg: also initcalls without dependencies\n"
		"  --names=FILE    check, modules: all modules, see scripts/initcall_names.py\n"
		"  --objects=DIR   check: the folder that the kernel was built in; with --names\n"
		"  --no-notes      check: only errors and warnings\n"
		"  --help          this text\n\n"
		"Exit status: 0 if all is well, 1 if check or modules found an error, why no path\n"
		"or diff a difference, 2 if there was trouble.\n");
}

static void take_option(struct request *request, int option)
{
	switch (option) {
	case ALL:
		request->all = true;
		break;
	case MOVED:
		request->moved = true;
		break;
	case NO_NOTES:
		request->no_notes = true;
		break;
	case NAMES:
		request->names = optarg;
		break;
	case OBJECTS:
		request->objects = optarg;
		break;
	case PARAM:
		param_parse(&request->options, optarg);
		break;
	}
}

static int trouble(const char *what, const char *word)
{
	fprintf(stderr, "initcall-graph: error: %s%s; see initcall-graph --help\n", what, word);
	return TROUBLE;
}

static const struct command *find_command(const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

static int run_on_image(const struct command *command, const struct request *request)
{
	struct image *image = image_open(request->operands[command->image_at]);
	struct plan plan;
	int status = TROUBLE;

	if (!image)
		return TROUBLE;
	if (plan_read(&plan, image, &request->options))
		status = command->run(request, &plan);
	plan_free(&plan);
	image_close(image);
	return status;
}

static int run(const struct command *command, struct request *request)
{
	int status = TROUBLE;

	if (kbuild_read(&request->kbuild, request->names, request->objects))
		status = command->image_at < 0 ? command->run(request, NULL) :
						 run_on_image(command, request);
	kbuild_free(&request->kbuild);
	if (fflush(stdout) || ferror(stdout))
		return trouble("cannot write the output", "");
	return status;
}

static int check_usage(const struct command *command, int nr_operands, int options)
{
	const struct option *option;

	if (nr_operands != command->nr_operands)
		return trouble("expected: ", command->operands);
	for (option = long_options; option->name; option++) {
		if (options & option->val & ~command->takes)
			return trouble("no effect here: --", option->name);
		if (command->wants & option->val & ~options)
			return trouble("expected: --", option->name);
	}
	if ((options & OBJECTS) && !(options & NAMES))
		return trouble("expected with --objects: --names", "");
	return CLEAN;
}

int main(int argc, char **argv)
{
	const struct command *command;
	static struct request request;
	int option, options = 0, i;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h' || option == HELP) {
			print_help(stdout);
			return CLEAN;
		}
		if (option == '?')
			return trouble("that option makes no sense", "");
		options |= option;
		take_option(&request, option);
	}
	if (optind == argc) {
		print_help(stderr);
		return TROUBLE;
	}
	command = find_command(argv[optind]);
	if (!command)
		return trouble("no such command: ", argv[optind]);
	if (check_usage(command, argc - optind - 1, options))
		return TROUBLE;
	for (i = 0; i < command->nr_operands; i++)
		request.operands[i] = argv[optind + 1 + i];
	request.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	return run(command, &request);
}
