// SPDX-License-Identifier: GPL-2.0
/* An initcall that returns -EPROBE_DEFER has failed: there is no device to retry. */
#include <linux/module.h>

static int __init t_started_init(void)
{
	return p_init_register(NULL);
}
module_init(t_started_init);

MODULE_DESCRIPTION("t_started");
MODULE_LICENSE("GPL");
