// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include "p_start.h"

static int __init p_start_init(void)
{
	return p_start_prepare();
}
module_init(p_start_init);
