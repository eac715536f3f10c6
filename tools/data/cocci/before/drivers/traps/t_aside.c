// SPDX-License-Identifier: GPL-2.0
/* What decides only whether to trace, and what is made by the first caller. */
#include <linux/module.h>

static bool tracing;
static struct class *made;

int t_aside_read(struct device *dev, u8 *data)
{
	int ret, i;

	if (tracing) {
		for (i = 0; i < 4; i++)
			t_aside_trace(data[i]);
	}
	ret = t_aside_transfer(dev, data);

	return ret;
}
EXPORT_SYMBOL_GPL(t_aside_read);

static int make(void)
{
	if (made)
		return 0;

	made = class_create("t_aside");
	return PTR_ERR_OR_ZERO(made);
}

int t_aside_open(struct device *dev)
{
	int ret;

	ret = make();
	if (ret)
		return ret;

	return device_register(dev);
}
EXPORT_SYMBOL_GPL(t_aside_open);

static int t_aside_probe(struct platform_device *pdev)
{
	tracing = device_property_read_bool(&pdev->dev, "trace");
	return make();
}

static struct platform_driver t_aside_driver = {
	.probe = t_aside_probe,
	.driver = {
		.name = "t_aside",
	},
};
module_platform_driver(t_aside_driver);

MODULE_DESCRIPTION("t_aside");
MODULE_LICENSE("GPL");
