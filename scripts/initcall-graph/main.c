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
	BASELINE = 128,
	WAIVERS = 256,
	WRITE = 512,
	WARN_ONLY = 1024,
};

#define KNOWN	(BASELINE | WAIVERS | WRITE)
#define WRONG	(NAMES | NO_NOTES | WARN_ONLY | KNOWN)

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
	{ "check", 1, "VMLINUX", 0, WRONG | OBJECTS | PARAM, 0, command_check,
	  "what is wrong with dependencies, as a compiler says it" },
	{ "modules", 1, "ORDER", -1, WRONG, NAMES, command_modules,
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
	{ "baseline", required_argument, NULL, BASELINE },
	{ "help", no_argument, NULL, HELP },
	{ "moved", no_argument, NULL, MOVED },
	{ "names", required_argument, NULL, NAMES },
	{ "no-notes", no_argument, NULL, NO_NOTES },
	{ "objects", required_argument, NULL, OBJECTS },
	{ "param", required_argument, NULL, PARAM },
	{ "waivers", required_argument, NULL, WAIVERS },
	{ "warn-only", no_argument, NULL, WARN_ONLY },
	{ "write-baseline", required_argument, NULL, WRITE },
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
		"  --no-notes      check, modules: only errors and warnings\n"
		"  --warn-only     check, modules: warnings instead of errors\n"
		"  --waivers=FILE  check, modules: what is wrong and stays so, with reasons\n"
		"  --baseline=FILE check, modules: what is wrong and has been from the beginning\n"
		"  --write-baseline=FILE\n"
		"                  check, modules: write it; with --baseline, only what is left\n"
		"  --help          this text\n\n"
		"Exit status: 0 if all is well, 1 if check or modules found an error, why no path\n"
		"or diff a difference, 2 if there was trouble.\n");
}

/* Where the argument of an option goes. */
static const char **text_of(struct request *request, int option)
{
	switch (option) {
	case NAMES:
		return &request->names;
	case OBJECTS:
		return &request->objects;
	case BASELINE:
		return &request->known->baseline;
	case WAIVERS:
		return &request->known->waivers;
	case WRITE:
		return &request->known->write;
	default:
		return NULL;
	}
}

static void take_option(struct request *request, int option)
{
	const char **text = text_of(request, option);

	if (text)
		*text = optarg;
	request->all |= option == ALL;
	request->moved |= option == MOVED;
	request->no_notes |= option == NO_NOTES;
	request->warn_only |= option == WARN_ONLY;
	if (option == PARAM)
		param_parse(&request->options, optarg);
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

	if (kbuild_read(&request->kbuild, request->names, request->objects) &&
	    known_read(request->known))
		status = command->image_at < 0 ? command->run(request, NULL) :
						 run_on_image(command, request);
	kbuild_free(&request->kbuild);
	known_free(request->known);
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
	/* What is not looked for would seem to be fixed. */
	if ((options & KNOWN) && (command->takes & OBJECTS) && !(options & OBJECTS))
		return trouble("expected with a baseline or waivers: --objects", "");
	return CLEAN;
}

int main(int argc, char **argv)
{
	const struct command *command;
	static struct known known;
	static struct request request = { .known = &known };
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
