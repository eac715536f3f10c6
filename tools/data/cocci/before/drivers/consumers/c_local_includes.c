// SPDX-License-Identifier: GPL-2.0
/* No #include of the kernel's. */
#include "p.h"

static int c_local_includes_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_init_register(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_local_includes_driver = {
	.probe = c_local_includes_probe,
	.driver = {
		.name = "c_local_includes",
	},
};
module_platform_driver(c_local_includes_driver);

MODULE_DESCRIPTION("c_local_includes");
MODULE_LICENSE("GPL");
