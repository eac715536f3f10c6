// SPDX-License-Identifier: GPL-2.0
/* It is linked after what it calls, which is reported only. */
#include <linux/module.h>

static int t_inert_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_start_use();
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver t_inert_driver = {
	.probe = t_inert_probe,
	.driver = {
		.name = "t_inert",
	},
};
module_platform_driver(t_inert_driver);

MODULE_DESCRIPTION("t_inert");
MODULE_LICENSE("GPL");
