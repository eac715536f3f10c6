// SPDX-License-Identifier: GPL-2.0
/* The very file of the kernel. */
#include "../../kernel/initcall_depends/shuffle.c"
