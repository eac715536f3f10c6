// SPDX-License-Identifier: GPL-2.0
/* Only the structure that it expects says which driver it needs. */
#include <linux/module.h>

struct c_typed {
	struct p_typed *state;
};

static int c_typed_probe(struct platform_device *pdev)
{
	struct c_typed *c = platform_get_drvdata(pdev);
	struct platform_device *other;

	other = of_find_device_by_node(c->node);
	c->state = platform_get_drvdata(other);
	if (!c->state)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_typed_driver = {
	.probe = c_typed_probe,
	.driver = {
		.name = "c_typed",
	},
};
module_platform_driver(c_typed_driver);

MODULE_DESCRIPTION("c_typed");
MODULE_LICENSE("GPL");
