// SPDX-License-Identifier: GPL-2.0
/* A helper that ends with what another function returns. */
#include <linux/module.h>

static int c_helper_int_get(struct platform_device *pdev)
{
	int ret;

	ret = p_flag_use();
	if (ret)
		return ret;

	return devm_add_action_or_reset(&pdev->dev, NULL, NULL);
}

static int c_helper_int_probe(struct platform_device *pdev)
{
	int ret;

	ret = c_helper_int_get(pdev);
	if (ret)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_helper_int_driver = {
	.probe = c_helper_int_probe,
	.driver = {
		.name = "c_helper_int",
	},
};
module_platform_driver(c_helper_int_driver);

MODULE_DESCRIPTION("c_helper_int");
MODULE_LICENSE("GPL");
