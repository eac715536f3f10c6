// SPDX-License-Identifier: GPL-2.0
/* What it waits for has a name that is not enough. */
#include <linux/module.h>

static int twin_user_probe(struct platform_device *pdev)
{
	void *twin = twin_one_get();

	if (IS_ERR(twin))
		return PTR_ERR(twin);

	return 0;
}

static struct platform_driver twin_user_driver = {
	.probe = twin_user_probe,
	.driver = {
		.name = "twin_user",
	},
};
module_platform_driver(twin_user_driver);

MODULE_DESCRIPTION("twin_user");
MODULE_LICENSE("GPL");
