// SPDX-License-Identifier: GPL-2.0
/* Two drivers leave such a structure in their devices. */
#include <linux/module.h>

struct t_typed {
	struct t_typed_state *state;
};

static int t_typed_probe(struct platform_device *pdev)
{
	struct t_typed *t = platform_get_drvdata(pdev);
	struct platform_device *other;

	other = of_find_device_by_node(t->node);
	t->state = platform_get_drvdata(other);
	if (!t->state)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_typed_driver = {
	.probe = t_typed_probe,
	.driver = {
		.name = "t_typed",
	},
};
module_platform_driver(t_typed_driver);

MODULE_DESCRIPTION("t_typed");
MODULE_LICENSE("GPL");
