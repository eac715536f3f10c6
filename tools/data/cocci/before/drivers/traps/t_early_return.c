// SPDX-License-Identifier: GPL-2.0
/* Devices without a property are done before: it is reported only. */
#include <linux/module.h>

static int t_early_return_probe(struct platform_device *pdev)
{
	struct p_pointer *p;

	if (!pdev->dev.of_node)
		return 0;

	p = p_pointer_get(NULL);
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver t_early_return_driver = {
	.probe = t_early_return_probe,
	.driver = {
		.name = "t_early_return",
	},
};
module_platform_driver(t_early_return_driver);

MODULE_DESCRIPTION("t_early_return");
MODULE_LICENSE("GPL");
