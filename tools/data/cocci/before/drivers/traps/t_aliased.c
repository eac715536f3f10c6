// SPDX-License-Identifier: GPL-2.0
/* Reached by a pointer, too, but any driver may set it. */
#include <linux/module.h>

static struct t_aliased {
	struct device *dev;
} t_aliased_state;

int t_aliased_get(void)
{
	struct t_aliased *state = &t_aliased_state;

	if (!state->dev)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(t_aliased_get);

void t_aliased_offer(struct device *dev)
{
	struct t_aliased *state = &t_aliased_state;

	state->dev = dev;
}
EXPORT_SYMBOL_GPL(t_aliased_offer);

static int t_aliased_probe(struct platform_device *pdev)
{
	struct t_aliased *state = &t_aliased_state;

	state->dev = NULL;
	return 0;
}

static struct platform_driver t_aliased_driver = {
	.probe = t_aliased_probe,
	.driver = {
		.name = "t_aliased",
	},
};
module_platform_driver(t_aliased_driver);

MODULE_DESCRIPTION("t_aliased");
MODULE_LICENSE("GPL");
