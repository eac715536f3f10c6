/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FIELD_LINES_H
#define _FIELD_LINES_H

#include <linux/initcall_depends.h>

/* The same trouble is to be seen without lines and with them. */
#ifdef CONFIG_FIELD_TEST_LINES
#define field_depends(name)	initcall_depends(name)
#else
#define field_depends(name)
#endif

#endif /* _FIELD_LINES_H */
