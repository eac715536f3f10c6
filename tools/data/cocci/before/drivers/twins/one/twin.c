// SPDX-License-Identifier: GPL-2.0
/* One of two modules of this name. */
#include <linux/module.h>

static void *handle;

void *twin_one_get(void)
{
	return handle ? handle : ERR_PTR(-EPROBE_DEFER);
}
EXPORT_SYMBOL_GPL(twin_one_get);

int twin_any_use(void)
{
	return PTR_ERR_OR_ZERO(twin_one_get());
}
EXPORT_SYMBOL_GPL(twin_any_use);

static int twin_probe(struct platform_device *pdev)
{
	handle = pdev;
	return 0;
}

static struct platform_driver twin_driver = {
	.probe = twin_probe,
	.driver = {
		.name = "twin",
	},
};
module_platform_driver(twin_driver);

MODULE_DESCRIPTION("twin");
MODULE_LICENSE("GPL");
