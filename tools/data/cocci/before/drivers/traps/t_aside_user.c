// SPDX-License-Identifier: GPL-2.0
/* Any error is turned into -EPROBE_DEFER. */
#include <linux/module.h>

static int t_aside_user_probe(struct platform_device *pdev)
{
	u8 data[4];

	if (t_aside_read(&pdev->dev, data) < 0)
		return -EPROBE_DEFER;

	if (t_aside_open(&pdev->dev))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_aside_user_driver = {
	.probe = t_aside_user_probe,
	.driver = {
		.name = "t_aside_user",
	},
};
module_platform_driver(t_aside_user_driver);

MODULE_DESCRIPTION("t_aside_user");
MODULE_LICENSE("GPL");
