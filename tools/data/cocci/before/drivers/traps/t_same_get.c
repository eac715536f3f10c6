// SPDX-License-Identifier: GPL-2.0
/* Both halves are in one module. */
#include <linux/module.h>
#include "t_same.h"

struct t_same *t_same;

struct t_same *t_same_get(void)
{
	return t_same ? t_same : ERR_PTR(-EPROBE_DEFER);
}
EXPORT_SYMBOL_GPL(t_same_get);
