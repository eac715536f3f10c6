// SPDX-License-Identifier: GPL-2.0
/* Its probe sets the pointer; what others register is where that leads. */
#include <linux/module.h>
#include <linux/platform_device.h>

static struct p_context *context;

bool p_context_is_ready(void)
{
	return !!context;
}
EXPORT_SYMBOL_GPL(p_context_is_ready);

void p_context_register(void *user)
{
	context->user = user;
}
EXPORT_SYMBOL_GPL(p_context_register);

static int p_context_probe(struct platform_device *pdev)
{
	context = devm_kzalloc(&pdev->dev, sizeof(*context), GFP_KERNEL);
	return context ? 0 : -ENOMEM;
}

static struct platform_driver p_context_driver = {
	.probe = p_context_probe,
	.driver = {
		.name = "p_context",
	},
};
module_platform_driver(p_context_driver);
