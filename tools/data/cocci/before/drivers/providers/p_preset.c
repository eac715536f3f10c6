// SPDX-License-Identifier: GPL-2.0
/* A pointer that is an error from the beginning. */
#include <linux/module.h>
#include <linux/platform_device.h>

static struct p_preset *handle = INIT_ERR_PTR(-EPROBE_DEFER);

struct p_preset *p_preset_get(void)
{
	return handle;
}
EXPORT_SYMBOL_GPL(p_preset_get);

static int p_preset_probe(struct platform_device *pdev)
{
	handle = devm_kzalloc(&pdev->dev, sizeof(*handle), GFP_KERNEL);
	return 0;
}

static struct platform_driver p_preset_driver = {
	.probe = p_preset_probe,
};
module_platform_driver(p_preset_driver);
