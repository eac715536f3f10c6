// SPDX-License-Identifier: GPL-2.0
/* Another one that sets the member. */
#include <linux/module.h>
#include <linux/p_member.h>

static int t_member_other_probe(struct platform_device *pdev)
{
	struct p_member_shared *shared = dev_get_platdata(&pdev->dev);

	shared->several_up = true;

	return 0;
}

static struct platform_driver t_member_other_driver = {
	.probe = t_member_other_probe,
	.driver = {
		.name = "t_member_other",
	},
};
module_platform_driver(t_member_other_driver);

MODULE_DESCRIPTION("t_member_other");
MODULE_LICENSE("GPL");
