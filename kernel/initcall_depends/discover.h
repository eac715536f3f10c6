/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_DISCOVER_H
#define _INITCALL_DEPENDS_DISCOVER_H

typedef void (*initcall_print_fn)(const char *line);

/* Called for each line of the log. Tests put a function of their own there. */
extern initcall_print_fn initcall_discover_print;

#endif /* _INITCALL_DEPENDS_DISCOVER_H */
