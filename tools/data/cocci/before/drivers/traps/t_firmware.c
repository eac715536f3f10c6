// SPDX-License-Identifier: GPL-2.0
/* It waits for a file, not for its own probe. */
#include <linux/module.h>

static int loaded;

int t_firmware_load(struct device *dev)
{
	const struct firmware *fw;

	if (request_firmware(&fw, "t.bin", dev))
		return -EPROBE_DEFER;

	loaded++;
	return 0;
}
EXPORT_SYMBOL_GPL(t_firmware_load);

static int t_firmware_probe(struct platform_device *pdev)
{
	loaded = 0;
	return 0;
}

static struct platform_driver t_firmware_driver = {
	.probe = t_firmware_probe,
	.driver = {
		.name = "t_firmware",
	},
};
module_platform_driver(t_firmware_driver);

MODULE_DESCRIPTION("t_firmware");
MODULE_LICENSE("GPL");
