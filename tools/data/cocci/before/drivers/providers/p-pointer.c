// SPDX-License-Identifier: GPL-2.0
/* A pointer of the file that the probe sets; the usual shape. */
#include <linux/module.h>
#include <linux/platform_device.h>

static struct p_pointer *handle;

struct p_pointer *p_pointer_get(void)
{
	if (!handle)
		return ERR_PTR(-EPROBE_DEFER);

	return handle;
}
EXPORT_SYMBOL_GPL(p_pointer_get);

int p_pointer_fill(struct p_pointer **p)
{
	if (!handle)
		return -EPROBE_DEFER;

	*p = handle;
	return 0;
}
EXPORT_SYMBOL_GPL(p_pointer_fill);

static int p_pointer_probe(struct platform_device *pdev)
{
	handle = devm_kzalloc(&pdev->dev, sizeof(*handle), GFP_KERNEL);
	return handle ? 0 : -ENOMEM;
}

static struct platform_driver p_pointer_driver = {
	.probe = p_pointer_probe,
	.driver = {
		.name = "p_pointer",
	},
};
module_platform_driver(p_pointer_driver);
