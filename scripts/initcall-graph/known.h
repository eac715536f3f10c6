/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_KNOWN_H
#define _INITCALL_GRAPH_KNOWN_H

#include <linux/types.h>

/* What may be wrong with a dependency; kind_names has it as it is written. */
enum kind {
	AMBIGUOUS,
	CYCLE,
	LATE,
	LATER,
	MODULE,
	NAME,
	NO_INITCALL,
	ONCE,
	ITSELF,
	TWICE,
	NR_KINDS,
};

extern const char * const kind_names[NR_KINDS];

/**
 * struct known_entry - something that is wrong and known
 * @next: next one
 * @kind: what is wrong
 * @consumer: name or path of the consumer
 * @prerequisite: the prerequisite, as the declaration has it
 * @reason: why it stays as it is; NULL in a baseline
 * @line: where it is in its file
 * @here: the consumer is in what is checked
 * @found: it has been found there
 */
struct known_entry {
	struct known_entry *next;
	enum kind kind;
	char *consumer;
	char *prerequisite;
	char *reason;
	unsigned int line;
	bool here;
	bool found;
};

/**
 * struct known - all that is known
 * @baseline: file with what is to be fixed one day, or NULL
 * @waivers: file with what stays as it is, or NULL
 * @write: file to write a baseline to, or NULL
 * @entries: what is in the files, and what has been added
 * @end: where the next one goes
 */
struct known {
	const char *baseline;
	const char *waivers;
	const char *write;
	struct known_entry *entries;
	struct known_entry **end;
};

bool known_read(struct known *known);
void known_free(struct known *known);

void known_is_here(struct known *known, const char *consumer);
struct known_entry *known_find(struct known *known, enum kind kind, const char *consumer,
			       const char *prerequisite);
bool known_is_stale(const struct known_entry *entry);
bool known_write(const struct known *known);

#endif /* _INITCALL_GRAPH_KNOWN_H */
