// SPDX-License-Identifier: GPL-2.0
/* Its probe sets the pointer, but others set what it is asked for. */
#include <linux/module.h>
#include <linux/platform_device.h>

static struct t_context *context;

bool t_context_is_ready(void)
{
	return context->user;
}
EXPORT_SYMBOL_GPL(t_context_is_ready);

bool t_context_has_user(void)
{
	if (!context || !context->user)
		return false;

	return true;
}
EXPORT_SYMBOL_GPL(t_context_has_user);

void t_context_register(void *user)
{
	context->user = user;
}
EXPORT_SYMBOL_GPL(t_context_register);

static int t_context_probe(struct platform_device *pdev)
{
	context = devm_kzalloc(&pdev->dev, sizeof(*context), GFP_KERNEL);
	return context ? 0 : -ENOMEM;
}

static struct platform_driver t_context_driver = {
	.probe = t_context_probe,
	.driver = {
		.name = "t_context",
	},
};
module_platform_driver(t_context_driver);

MODULE_DESCRIPTION("t_context");
MODULE_LICENSE("GPL");
