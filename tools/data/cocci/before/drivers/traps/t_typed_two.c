// SPDX-License-Identifier: GPL-2.0
/* Leaves a structure in its device, as another driver does, which is a part of its own. */
#include <linux/module.h>

struct t_typed_two {
	struct t_typed_state state;
};

static int t_typed_two_probe(struct platform_device *pdev)
{
	struct t_typed_two *state;

	state = devm_kzalloc(&pdev->dev, sizeof(*state), GFP_KERNEL);
	if (!state)
		return -ENOMEM;

	platform_set_drvdata(pdev, &state->state);
	return 0;
}

static struct platform_driver t_typed_two_driver = {
	.probe = t_typed_two_probe,
	.driver = {
		.name = "t_typed_two",
	},
};
module_platform_driver(t_typed_two_driver);

MODULE_DESCRIPTION("t_typed_two");
MODULE_LICENSE("GPL");
