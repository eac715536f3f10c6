// SPDX-License-Identifier: GPL-2.0
/* What fails on the way is dropped, so the error is another one. */
#include <linux/module.h>

static int resume(struct device *dev)
{
	if (p_flag_use())
		return -ENODEV;

	return 0;
}

static int start(struct device *dev)
{
	resume(dev);
	return t_dropped_read(dev);
}

static int t_dropped_probe(struct platform_device *pdev)
{
	int ret;

	ret = start(&pdev->dev);
	if (ret < 0)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_dropped_driver = {
	.probe = t_dropped_probe,
	.driver = {
		.name = "t_dropped",
	},
};
module_platform_driver(t_dropped_driver);

MODULE_DESCRIPTION("t_dropped");
MODULE_LICENSE("GPL");
