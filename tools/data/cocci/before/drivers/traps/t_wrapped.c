// SPDX-License-Identifier: GPL-2.0
/* Others register through a macro of a header. */
#include <linux/module.h>
#include "t_wrapped.h"

static struct t_wrapped *t_wrapped_only;

int __t_wrapped_register(struct platform_device *pdev, struct module *owner)
{
	if (t_wrapped_only)
		return -EBUSY;

	t_wrapped_only = platform_get_drvdata(pdev);
	return 0;
}
EXPORT_SYMBOL_GPL(__t_wrapped_register);

int t_wrapped_use(void)
{
	struct t_wrapped *used = t_wrapped_only;

	if (!used)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(t_wrapped_use);

static int t_wrapped_probe(struct platform_device *pdev)
{
	return __t_wrapped_register(pdev, THIS_MODULE);
}

static struct platform_driver t_wrapped_driver = {
	.probe = t_wrapped_probe,
	.driver = {
		.name = "t_wrapped",
	},
};
module_platform_driver(t_wrapped_driver);

MODULE_DESCRIPTION("t_wrapped");
MODULE_LICENSE("GPL");
