// SPDX-License-Identifier: GPL-2.0
/* A header of its own has what there is without the provider. */
#include <linux/module.h>

#include "c_elsewhere.h"

static int c_elsewhere_probe(struct platform_device *pdev)
{
	if (!p_flag_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_elsewhere_driver = {
	.probe = c_elsewhere_probe,
	.driver = {
		.name = "c_elsewhere",
	},
};
module_platform_driver(c_elsewhere_driver);

MODULE_DESCRIPTION("c_elsewhere");
MODULE_LICENSE("GPL");
