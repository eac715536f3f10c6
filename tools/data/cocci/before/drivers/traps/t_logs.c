// SPDX-License-Identifier: GPL-2.0
/* It only asks whether to log. */
#include <linux/module.h>

static int t_logs_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_flag_use();
	if (ret != -EPROBE_DEFER)
		dev_err(&pdev->dev, "no\n");

	return 0;
}

static struct platform_driver t_logs_driver = {
	.probe = t_logs_probe,
	.driver = {
		.name = "t_logs",
	},
};
module_platform_driver(t_logs_driver);

MODULE_DESCRIPTION("t_logs");
MODULE_LICENSE("GPL");
