// SPDX-License-Identifier: GPL-2.0
/* No initcall in this file of the module. */
#include <linux/initcall_depends.h>
#include <linux/module.h>
#include "c_hw.h"

int c_hw_setup(struct device *dev)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

initcall_depends("p_pointer");
