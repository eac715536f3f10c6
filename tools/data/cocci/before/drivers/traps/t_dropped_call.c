// SPDX-License-Identifier: GPL-2.0
/* The result of the call itself is dropped, so the error is another one. */
#include <linux/module.h>

static int start(struct device *dev)
{
	p_flag_use();
	return t_dropped_call_read(dev);
}

static int t_dropped_call_probe(struct platform_device *pdev)
{
	int ret;

	ret = start(&pdev->dev);
	if (ret < 0)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_dropped_call_driver = {
	.probe = t_dropped_call_probe,
	.driver = {
		.name = "t_dropped_call",
	},
};
module_platform_driver(t_dropped_call_driver);

MODULE_DESCRIPTION("t_dropped_call");
MODULE_LICENSE("GPL");
