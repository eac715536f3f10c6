/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_WORDS_H
#define _INITCALL_DEPENDS_WORDS_H

extern const char initcall_levels[][10];
extern const char initcall_states[][10];

#endif /* _INITCALL_DEPENDS_WORDS_H */
