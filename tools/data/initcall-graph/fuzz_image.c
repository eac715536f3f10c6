// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing what initcall-graph reads: bytes become a file, and the file is taken
 * for a kernel image.
 *
 * Whatever is in it, nothing may crash, and if it is no image that can be
 * understood there is one line that says so. If it can, all commands run on it.
 */

#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../scripts/initcall-graph/commands.h"
#include "../../../scripts/initcall-graph/declared.h"
#include "fuzz.h"

#define MAX_MESSAGES	65536

static int image_fd = -1;
static char image_name[64];
static char messages[MAX_MESSAGES];

/* The real one, for what is wrong; the messages of the tool go to memory. */
static FILE *alarm_out;

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(alarm_out, "fuzz_image: error: %s; said so far:\n%s\n", what, messages);
	abort();
}

/* The fuzzer has taken stderr for its own reports before it comes here. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	alarm_out = stderr;
	stderr = fmemopen(messages, sizeof(messages), "w");
	stdout = fopen("/dev/null", "w");
	image_fd = memfd_create("image", MFD_CLOEXEC);
	if (!stderr || !stdout || image_fd < 0)
		return -1;
	snprintf(image_name, sizeof(image_name), "/proc/self/fd/%d", image_fd);
	return 0;
}

static void write_image(const u8 *data, size_t size)
{
	must(!ftruncate(image_fd, 0), "the file cannot be emptied");
	must(pwrite(image_fd, data, size, 0) == (ssize_t)size, "the file cannot be written");
}

static void forget_messages(void)
{
	rewind(stderr);
	memset(messages, 0, sizeof(messages));
}

static void check_refusal(void)
{
	size_t len = strlen(image_name);
	const char *end;

	fflush(stderr);
	end = strchr(messages, '\n');
	must(end && !end[1], "a refusal is one line");
	must(!strncmp(messages, image_name, len) && !strncmp(messages + len, ": error: ", 9),
	     "a refusal names the file");
}

/* The last byte of the input means little as part of a file, and chooses. */
static void choose(struct request *request, char *words, u8 byte)
{
	static struct known known;

	*request = (struct request){
		.operands = { image_name, image_name },
		.all = byte & 1,
		.moved = byte & 2,
		.no_notes = byte & 4,
		.colour = byte & 8,
		.warn_only = byte & 64,
		.known = &known,
	};
	if (byte & 16)
		param_parse(&request->options, words);
}

static void run_commands(const struct request *request, const struct plan *plan)
{
	struct request why = *request;

	command_order(request, plan);
	command_edges(request, plan);
	command_json(request, plan);
	command_dot(request, plan);
	command_check(request, plan);
	if (plan->graph.nr_modules < 2)
		return;
	why.operands[0] = plan->names[1];
	why.operands[1] = plan->names[plan->graph.nr_modules - 1];
	command_why(&why, plan);
	must(command_diff(request, plan) == CLEAN, "an image differs from itself");
}

/* A module (=m) has declarations only. */
static void read_module(void)
{
	struct declared declared;

	declared_in_module(&declared, image_name);
	declared_close(&declared);
}

static void read_image(const struct request *request)
{
	struct image *image = image_open(image_name);
	struct plan plan;

	if (!image) {
		check_refusal();
		return;
	}
	if (!plan_read(&plan, image, &request->options))
		check_refusal();
	else if (!request->options.off)
		run_commands(request, &plan);
	plan_free(&plan);
	image_close(image);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char words[] = "add=dd:crb,add=crb:dd,drop=ima:dd,add=kvm:kvm,shuffle=7,off";
	u8 byte = size ? data[size - 1] : 0;
	struct request request;

	if (!(byte & 32))
		*strrchr(words, ',') = '\0';
	write_image(data, size);
	choose(&request, words, byte);
	read_module();
	forget_messages();
	read_image(&request);
	return 0;
}
