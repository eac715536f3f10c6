/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_FUZZ_H
#define _INITCALL_GRAPH_FUZZ_H

#include <linux/types.h>

/* What libFuzzer calls once, if it is there, and then with each input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif /* _INITCALL_GRAPH_FUZZ_H */
