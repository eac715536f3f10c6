// SPDX-License-Identifier: GPL-2.0
/* A member of a structure that one other driver sets. */
#include <linux/module.h>
#include <linux/p_member.h>

static int c_member_probe(struct platform_device *pdev)
{
	struct p_member_shared *shared = dev_get_platdata(&pdev->dev);

	if (!shared->p_member_up)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_member_driver = {
	.probe = c_member_probe,
	.driver = {
		.name = "c_member",
	},
};
module_platform_driver(c_member_driver);

MODULE_DESCRIPTION("c_member");
MODULE_LICENSE("GPL");
