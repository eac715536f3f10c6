// SPDX-License-Identifier: GPL-2.0
/* What fails is called through a pointer, and its result dropped. */
#include <linux/module.h>

static int resume(struct device *dev)
{
	if (p_flag_use())
		return -ENODEV;

	return 0;
}

static const struct t_dropped_pointer_ops ops = {
	.resume = resume,
};

static int start(struct device *dev)
{
	struct t_dropped_pointer *data = dev_get_drvdata(dev);

	data->ops->resume(dev);
	return t_dropped_pointer_read(dev);
}

static int t_dropped_pointer_probe(struct platform_device *pdev)
{
	int ret;

	ret = start(&pdev->dev);
	if (ret < 0)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_dropped_pointer_driver = {
	.probe = t_dropped_pointer_probe,
	.driver = {
		.name = "t_dropped_pointer",
	},
};
module_platform_driver(t_dropped_pointer_driver);

MODULE_DESCRIPTION("t_dropped_pointer");
MODULE_LICENSE("GPL");
