// SPDX-License-Identifier: GPL-2.0
/* A member that another driver sets in its own device, and a framework in this one. */
#include <linux/module.h>
#include <linux/p_member.h>

static int t_filled_probe(struct platform_device *pdev)
{
	struct p_member_shared *own;

	own = devm_kzalloc(&pdev->dev, sizeof(*own), GFP_KERNEL);
	if (!own)
		return -ENOMEM;

	framework_find(&pdev->dev, &own->p_member_up);
	if (!own->p_member_up)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_filled_driver = {
	.probe = t_filled_probe,
	.driver = {
		.name = "t_filled",
	},
};
module_platform_driver(t_filled_driver);

MODULE_DESCRIPTION("t_filled");
MODULE_LICENSE("GPL");
