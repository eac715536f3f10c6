// SPDX-License-Identifier: GPL-2.0
/* All that is known is in one structure, which is only reached by pointers. */
#include <linux/module.h>

static struct p_aliased {
	struct device *dev;
	bool on;
} p_aliased_state;

int p_aliased_get(void)
{
	struct p_aliased *state = &p_aliased_state;

	if (!state->dev || !state->on)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(p_aliased_get);

static int p_aliased_probe(struct platform_device *pdev)
{
	struct p_aliased *state = &p_aliased_state;

	state->on = true;
	state->dev = &pdev->dev;
	return 0;
}

static struct platform_driver p_aliased_driver = {
	.probe = p_aliased_probe,
	.driver = {
		.name = "p_aliased",
	},
};
module_platform_driver(p_aliased_driver);

MODULE_DESCRIPTION("p_aliased");
MODULE_LICENSE("GPL");
