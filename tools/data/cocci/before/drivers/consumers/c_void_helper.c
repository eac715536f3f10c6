// SPDX-License-Identifier: GPL-2.0
/* A helper keeps the result, and returns nothing. */
#include <linux/module.h>

static void fill(struct c_void_helper *data)
{
	data->ret = p_flag_use();
}

static int start(struct device *dev)
{
	struct c_void_helper *data = dev_get_drvdata(dev);

	fill(data);
	return data->ret;
}

static int c_void_helper_probe(struct platform_device *pdev)
{
	int ret;

	ret = start(&pdev->dev);
	if (ret < 0)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_void_helper_driver = {
	.probe = c_void_helper_probe,
	.driver = {
		.name = "c_void_helper",
	},
};
module_platform_driver(c_void_helper_driver);

MODULE_DESCRIPTION("c_void_helper");
MODULE_LICENSE("GPL");
