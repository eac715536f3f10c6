// SPDX-License-Identifier: GPL-2.0
/* Its own probe registers, and so may another driver. */
#include <linux/module.h>

static struct t_internal *t_internal_only;

int t_internal_register(struct platform_device *pdev)
{
	if (t_internal_only)
		return -EBUSY;

	t_internal_only = platform_get_drvdata(pdev);
	return 0;
}
EXPORT_SYMBOL_GPL(t_internal_register);

int t_internal_use(void)
{
	struct t_internal *used = t_internal_only;

	if (!used)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(t_internal_use);

static int t_internal_probe(struct platform_device *pdev)
{
	return t_internal_register(pdev);
}

static struct platform_driver t_internal_driver = {
	.probe = t_internal_probe,
	.driver = {
		.name = "t_internal",
	},
};
module_platform_driver(t_internal_driver);

MODULE_DESCRIPTION("t_internal");
MODULE_LICENSE("GPL");
