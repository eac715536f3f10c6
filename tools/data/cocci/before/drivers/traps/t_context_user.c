// SPDX-License-Identifier: GPL-2.0
/* What the pointer leads to decides, which others set. */
#include <linux/module.h>

static int t_context_user_probe(struct platform_device *pdev)
{
	if (!t_context_is_ready())
		return -EPROBE_DEFER;

	if (!t_context_has_user())
		return -EPROBE_DEFER;

	t_context_register(&pdev->dev);
	return 0;
}

static struct platform_driver t_context_user_driver = {
	.probe = t_context_user_probe,
	.driver = {
		.name = "t_context_user",
	},
};
module_platform_driver(t_context_user_driver);

MODULE_DESCRIPTION("t_context_user");
MODULE_LICENSE("GPL");
