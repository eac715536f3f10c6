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
#include "drivers.h"

struct command {
	const char *name;
	int nr_operands;
	const char *operands;
	int (*run)(const struct request *request, const struct plan *plan);
	const char *help;
};

static const struct command commands[] = {
	{ "order", 1, "VMLINUX", command_order,
	  "what will run, per level, what moved and why" },
	{ "edges", 1, "VMLINUX", command_edges,
	  "dependencies, their state, where they are declared" },
	{ "check", 1, "VMLINUX", command_check,
	  "what is wrong with dependencies, as a compiler says it" },
	{ "why", 3, "A B VMLINUX", command_why,
	  "by which dependencies module B comes before module A" },
	{ "dot", 1, "VMLINUX", command_dot,
	  "the graph for graphviz" },
	{ "svg", 1, "VMLINUX", command_svg,
	  "the graph as a picture, if graphviz is installed" },
	{ "json", 1, "VMLINUX", command_json,
	  "all that is known, for programs" },
	{ "diff", 2, "OLD NEW", command_diff,
	  "which initcalls changed their relative order" },
	{ }
};

static const struct option long_options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ "moved", no_argument, NULL, 'm' },
	{ "names", required_argument, NULL, 'n' },
	{ "no-notes", no_argument, NULL, 'N' },
	{ "objects", required_argument, NULL, 'o' },
	{ "param", required_argument, NULL, 'p' },
	{ }
};

static void show_help(FILE *file)
{
	const struct command *command;

	fprintf(file, "Usage: initcall-graph COMMAND [OPTION]... OPERAND...\n\n"
		"See and check the order of the initcalls of a kernel image before it boots.\n"
		"VMLINUX is the ELF image of any architecture, with its symbols, of a kernel\n"
		"with CONFIG_INITCALL_DEPENDS.\n\n");
	for (command = commands; command->name; command++)
		fprintf(file, "  %-6s %-12s %s\n", command->name, command->operands,
			command->help);
	fprintf(file, "\n"
		"  --param=WORDS   what the command line of that kernel says, as in\n"
		"                  --param=initcall_depends=add=tpm_crb:kvm; may be repeated\n"
		"  --moved         order: only initcalls that moved\n"
		"  --all           dot, svg: also initcalls without dependencies\n"
		"  --names=FILE    names of all modules, see scripts/initcall_names.py\n"
		"  --objects=DIR   the folder that the kernel was built in; with --names\n"
		"  --no-notes      check: only errors and warnings\n"
		"  --help          this text\n\n"
		"Exit status: 0 if all is well, 1 if check found an error, why found no path or\n"
		"diff a difference, 2 if there was trouble.\n");
}

/*
 * A whole command line, or just what belongs behind initcall_depends=. What makes
 * no sense gets the kernel's message, and is ignored as there.
 */
static void take_param(struct request *request, char *words)
{
	static const char key[] = "initcall_depends=";
	bool whole = strstr(words, key);
	char *word, *state;

	for (word = strtok_r(words, " \t\n", &state); word;
	     word = strtok_r(NULL, " \t\n", &state)) {
		if (!strncmp(word, key, strlen(key)))
			initcall_options_parse(&request->options, word + strlen(key));
		else if (!whole)
			initcall_options_parse(&request->options, word);
	}
}

static bool take_option(struct request *request, int option)
{
	switch (option) {
	case 'a':
		request->all = true;
		return true;
	case 'm':
		request->moved = true;
		return true;
	case 'N':
		request->no_notes = true;
		return true;
	case 'n':
		request->names = optarg;
		return true;
	case 'o':
		request->objects = optarg;
		return true;
	case 'p':
		take_param(request, optarg);
		return true;
	default:
		return false;
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

/* The image is the last operand, but for diff, which opens the other one itself. */
static int run(const struct command *command, struct request *request)
{
	int image_at = command->run == command_diff ? 0 : command->nr_operands - 1;
	struct image *image = image_open(request->operands[image_at]);
	struct plan plan;
	int status = TROUBLE;

	if (!image)
		return TROUBLE;
	if (plan_read(&plan, image, &request->options) &&
	    (!request->names || kbuild_read(&request->kbuild, request->names))) {
		if (request->names && request->objects)
			find_inverted(&plan, &request->kbuild, request->objects);
		status = command->run(request, &plan);
	}
	kbuild_free(&request->kbuild);
	plan_free(&plan);
	image_close(image);
	if (fflush(stdout) || ferror(stdout))
		return trouble("cannot write the output", "");
	return status;
}

int main(int argc, char **argv)
{
	static struct request request;
	const struct command *command;
	int option, i;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			show_help(stdout);
			return CLEAN;
		}
		if (!take_option(&request, option))
			return trouble("that option makes no sense", "");
	}
	if (optind == argc) {
		show_help(stderr);
		return TROUBLE;
	}
	command = find_command(argv[optind]);
	if (!command)
		return trouble("no such command: ", argv[optind]);
	if (argc - optind - 1 != command->nr_operands)
		return trouble("expected: ", command->operands);
	for (i = 0; i < command->nr_operands; i++)
		request.operands[i] = argv[optind + 1 + i];
	request.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	return run(command, &request);
}
