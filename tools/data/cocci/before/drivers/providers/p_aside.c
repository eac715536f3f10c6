// SPDX-License-Identifier: GPL-2.0
/* A flag that decides what is returned in the end, also by a pointer, and one that ends a loop. */
#include <linux/module.h>
#include <linux/platform_device.h>

static bool ready;
static int limit;

int p_aside_use(void)
{
	int ret = 0;

	if (!ready)
		ret = -ENODEV;

	return ret;
}
EXPORT_SYMBOL_GPL(p_aside_use);

int p_aside_search(int number)
{
	int i;

	for (i = 0; i < 4; i++) {
		if (limit > number)
			break;
	}

	return i < 4 ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(p_aside_search);

static void check(int *ret)
{
	if (!ready)
		*ret = -ENODEV;
}

int p_aside_check(void)
{
	int ret = 0;

	check(&ret);
	return ret;
}
EXPORT_SYMBOL_GPL(p_aside_check);

static int p_aside_probe(struct platform_device *pdev)
{
	limit = 3;
	ready = true;
	return 0;
}

static struct platform_driver p_aside_driver = {
	.probe = p_aside_probe,
	.driver = {
		.name = "p_aside",
	},
};
module_platform_driver(p_aside_driver);

MODULE_DESCRIPTION("p_aside");
MODULE_LICENSE("GPL");
