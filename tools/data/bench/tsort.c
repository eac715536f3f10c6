// SPDX-License-Identifier: GPL-2.0
/*
 * tsort(1), as a program that reads numbers from a file and writes numbers into
 * one; both files are in memory.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

extern char **environ;

static int input = -1, output = -1;
static u32 nr_nodes;

/* A pair of the same makes a node known that has no other. */
static bool write_pairs(const struct dag *dag)
{
	FILE *file = fdopen(dup(input), "w");
	u32 i;

	if (!file)
		return false;
	for (i = 0; i < dag->nr_pairs; i++)
		fprintf(file, "%u %u\n", dag->pairs[i].prerequisite, dag->pairs[i].consumer);
	for (i = 0; i < dag->nr_nodes; i++)
		fprintf(file, "%u %u\n", i, i);
	return !fclose(file);
}

static bool tsort_open(const struct dag *dag)
{
	input = memfd_create("input", MFD_CLOEXEC);
	output = memfd_create("output", MFD_CLOEXEC);
	nr_nodes = dag->nr_nodes;
	return input >= 0 && output >= 0 && write_pairs(dag);
}

static bool tsort_sort(void)
{
	char *words[] = { "tsort", NULL };
	posix_spawn_file_actions_t actions;
	int status, err;
	pid_t pid;

	if (lseek(input, 0, SEEK_SET) || lseek(output, 0, SEEK_SET) || ftruncate(output, 0))
		return false;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	err = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return !err && waitpid(pid, &status, 0) == pid && !status;
}

static bool tsort_read(u32 *order)
{
	FILE *file;
	u32 i;

	lseek(output, 0, SEEK_SET);
	file = fdopen(dup(output), "r");
	if (!file)
		return false;
	for (i = 0; i < nr_nodes && fscanf(file, "%u", &order[i]) == 1; i++)
		;
	fclose(file);
	return i == nr_nodes;
}

static void tsort_close(void)
{
	close(input);
	close(output);
}

const struct contender tsort_contender = {
	"tsort", tsort_open, tsort_sort, tsort_read, tsort_close
};
