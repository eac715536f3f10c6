/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_DRIVERS_H
#define _INITCALL_GRAPH_DRIVERS_H

#include "kbuild.h"
#include "plan.h"

void find_inverted(struct plan *plan, const struct kbuild *kbuild, const char *folder);

#endif /* _INITCALL_GRAPH_DRIVERS_H */
