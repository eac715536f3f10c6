// SPDX-License-Identifier: GPL-2.0
/* Two functions look at the same. */
#include <linux/module.h>
#include <linux/platform_device.h>

static void *state;

static int p_checked_clock(void)
{
	if (!state)
		return -EPROBE_DEFER;

	return 0;
}

int p_checked_use(void)
{
	int ret;

	if (!state)
		return -EPROBE_DEFER;

	ret = p_checked_clock();
	if (ret)
		return ret;

	return 0;
}
EXPORT_SYMBOL_GPL(p_checked_use);

static int p_checked_probe(struct platform_device *pdev)
{
	state = pdev;
	return 0;
}

static struct platform_driver p_checked_driver = {
	.probe = p_checked_probe,
	.driver = {
		.name = "p_checked",
	},
};
module_platform_driver(p_checked_driver);
