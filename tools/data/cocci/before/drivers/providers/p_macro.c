// SPDX-License-Identifier: GPL-2.0
/* Called through what a header has. */
#include <linux/module.h>
#include <linux/platform_device.h>

static bool ready;

int __p_macro_get(struct device *dev, struct module *owner)
{
	if (!ready)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(__p_macro_get);

int __p_macro_other(struct device *dev, int number)
{
	return number;
}
EXPORT_SYMBOL_GPL(__p_macro_other);

static int p_macro_probe(struct platform_device *pdev)
{
	ready = true;
	return 0;
}

static struct platform_driver p_macro_driver = {
	.probe = p_macro_probe,
	.driver = {
		.name = "p_macro",
	},
};
module_platform_driver(p_macro_driver);
