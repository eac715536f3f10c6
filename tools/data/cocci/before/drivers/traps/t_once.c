// SPDX-License-Identifier: GPL-2.0
/* The provider's probe runs in its initcall, which is linked first. */
#include <linux/module.h>

static int t_once_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_once_claim(&pdev->dev);
	if (ret)
		return ret;

	if (!p_once_data(pdev->dev.of_node))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_once_driver = {
	.probe = t_once_probe,
	.driver = {
		.name = "t_once",
	},
};
module_platform_driver(t_once_driver);

MODULE_DESCRIPTION("t_once");
MODULE_LICENSE("GPL");
