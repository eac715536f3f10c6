// SPDX-License-Identifier: GPL-2.0
/* It is the parent that it asks, which has made its device. */
#include <linux/module.h>

struct t_typed_child {
	struct p_typed *state;
};

static int t_typed_child_probe(struct platform_device *pdev)
{
	struct t_typed_child *t = platform_get_drvdata(pdev);

	t->state = platform_get_drvdata(to_platform_device(pdev->dev.parent));
	if (!t->state)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_typed_child_driver = {
	.probe = t_typed_child_probe,
	.driver = {
		.name = "t_typed_child",
	},
};
module_platform_driver(t_typed_child_driver);

MODULE_DESCRIPTION("t_typed_child");
MODULE_LICENSE("GPL");
