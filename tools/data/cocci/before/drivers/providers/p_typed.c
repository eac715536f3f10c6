// SPDX-License-Identifier: GPL-2.0
/* Leaves a structure in its device, which it alone does. */
#include <linux/module.h>

static int p_typed_probe(struct platform_device *pdev)
{
	struct p_typed *state;

	state = devm_kzalloc(&pdev->dev, sizeof(*state), GFP_KERNEL);
	if (!state)
		return -ENOMEM;

	platform_set_drvdata(pdev, state);
	return 0;
}

static struct platform_driver p_typed_driver = {
	.probe = p_typed_probe,
	.driver = {
		.name = "p_typed",
	},
};
module_platform_driver(p_typed_driver);

MODULE_DESCRIPTION("p_typed");
MODULE_LICENSE("GPL");
