// SPDX-License-Identifier: GPL-2.0
/* It exports what registers, and only its own probe does. */
#include <linux/module.h>
#include "p_internal.h"

static struct p_internal *p_internal_only;

int p_internal_register(struct platform_device *pdev)
{
	if (p_internal_only)
		return -EBUSY;

	p_internal_only = platform_get_drvdata(pdev);
	return 0;
}
EXPORT_SYMBOL_GPL(p_internal_register);

int p_internal_use(void)
{
	struct p_internal *used = p_internal_only;

	if (!used)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(p_internal_use);

static int p_internal_probe(struct platform_device *pdev)
{
	return p_internal_register(pdev);
}

static struct platform_driver p_internal_driver = {
	.probe = p_internal_probe,
	.driver = {
		.name = "p_internal",
	},
};
module_platform_driver(p_internal_driver);

MODULE_DESCRIPTION("p_internal");
MODULE_LICENSE("GPL");
