// SPDX-License-Identifier: GPL-2.0
/* A module of two files: what is exported, and the probe. */
#include <linux/module.h>
#include "p_state.h"

int p_parts_use(void)
{
	int ret;

	ret = p_state_check();
	if (ret)
		return ret;

	return 0;
}
EXPORT_SYMBOL_GPL(p_parts_use);
