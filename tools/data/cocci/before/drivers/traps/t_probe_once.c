// SPDX-License-Identifier: GPL-2.0
/* This kind of driver cannot be deferred. */
#include <linux/module.h>

static int __init t_probe_once_probe(struct platform_device *pdev)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver t_probe_once_driver = {
	.driver = {
		.name = "t_probe_once",
	},
};
module_platform_driver_probe(t_probe_once_driver, t_probe_once_probe);
