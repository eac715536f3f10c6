// SPDX-License-Identifier: GPL-2.0
/* A helper says whether to wait. */
#include <linux/module.h>

static bool must_wait(struct device *dev)
{
	if (!device_property_present(dev, "needs-p"))
		return false;

	return !p_flag_is_ready();
}

static int c_bool_helper_probe(struct platform_device *pdev)
{
	if (must_wait(&pdev->dev))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_bool_helper_driver = {
	.probe = c_bool_helper_probe,
	.driver = {
		.name = "c_bool_helper",
	},
};
module_platform_driver(c_bool_helper_driver);

MODULE_DESCRIPTION("c_bool_helper");
MODULE_LICENSE("GPL");
