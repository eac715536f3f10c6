// SPDX-License-Identifier: GPL-2.0
/* Its header has something in its place for kernels without it. */
#include <linux/module.h>
#include <linux/p_stub.h>

static struct device *p_stub_dev;

int p_stub_write(u8 mask, u8 value)
{
	if (!p_stub_dev)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(p_stub_write);

static int p_stub_probe(struct platform_device *pdev)
{
	p_stub_dev = &pdev->dev;
	return 0;
}

static struct platform_driver p_stub_driver = {
	.probe = p_stub_probe,
	.driver = {
		.name = "p_stub",
	},
};
module_platform_driver(p_stub_driver);

MODULE_DESCRIPTION("p_stub");
MODULE_LICENSE("GPL");
