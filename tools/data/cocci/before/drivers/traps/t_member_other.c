// SPDX-License-Identifier: GPL-2.0
/* Another one that sets a member, and one of a structure of its own that has the same name. */
#include <linux/module.h>
#include <linux/p_member.h>

struct t_member_own {
	bool p_member_up;
};

static int t_member_other_probe(struct platform_device *pdev)
{
	struct p_member_shared *shared = dev_get_platdata(&pdev->dev);
	struct t_member_own *own;

	own = devm_kzalloc(&pdev->dev, sizeof(*own), GFP_KERNEL);
	if (!own)
		return -ENOMEM;
	own->p_member_up = true;
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
