// SPDX-License-Identifier: GPL-2.0
/* A member of a structure that several drivers set. */
#include <linux/module.h>
#include <linux/p_member.h>

static int t_member_probe(struct platform_device *pdev)
{
	struct p_member_shared *shared = dev_get_platdata(&pdev->dev);

	if (!shared->several_up)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_member_driver = {
	.probe = t_member_probe,
	.driver = {
		.name = "t_member",
	},
};
module_platform_driver(t_member_driver);

MODULE_DESCRIPTION("t_member");
MODULE_LICENSE("GPL");
