// SPDX-License-Identifier: GPL-2.0
/*
 * What --param says, taken apart as the kernel does it.
 */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"

static const char key[] = "initcall_depends=";

/*
 * The next word. A blank between quotes does not end it. The quotes around a value,
 * or around all of it, are taken away.
 */
static char *next_word(char **rest)
{
	char *word = *rest, *equals = NULL, *end;
	bool quoted, inside;

	while (isspace(*word))
		word++;
	if (!*word)
		return NULL;
	quoted = *word == '"';
	inside = quoted;
	word += quoted;
	for (end = word; *end && (inside || !isspace(*end)); end++) {
		if (*end == '"')
			inside = !inside;
		if (*end == '=' && !equals)
			equals = end;
	}
	*rest = *end ? end + 1 : end;
	*end = '\0';
	if (end > word && end[-1] == '"' && (quoted || (equals && equals[1] == '"')))
		end[-1] = '\0';
	if (equals && equals[1] == '"')
		memmove(equals + 1, equals + 2, strlen(equals + 1));
	return word;
}

/* What follows "initcall_depends=", in which '-' and '_' are the same; NULL if that is not it. */
static char *value_of(char *word)
{
	const char *k;

	for (k = key; *k; k++, word++)
		if (*word != *k && !(*word == '-' && *k == '_'))
			return NULL;
	return word;
}

static bool is_alone(const char *rest)
{
	while (isspace(*rest))
		rest++;
	return !*rest;
}

/**
 * param_parse() - read the command line of a kernel
 * @options: what earlier ones said; this one is added
 * @words: the command line, or what follows initcall_depends= there; it is cut into
 *	pieces that @options keeps
 *
 * What is invalid gets the kernel's message, and is ignored as there.
 */
void param_parse(struct initcall_options *options, char *words)
{
	static const char bootconfig[] = "kernel.";
	bool first = true;
	char *word, *value;

	for (; (word = next_word(&words)) && strcmp(word, "--"); first = false) {
		value = value_of(word);
		if (value)
			initcall_options_parse(options, value);
		else if (!strncmp(word, bootconfig, strlen(bootconfig)) &&
			 value_of(word + strlen(bootconfig)))
			fprintf(stderr, "initcall-graph: warning: for a bootconfig only: %s\n",
				word);
		else if (first && is_alone(words))
			initcall_options_parse(options, word);
	}
}
