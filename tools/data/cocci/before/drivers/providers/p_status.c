// SPDX-License-Identifier: GPL-2.0
/* A status that is -EPROBE_DEFER from the beginning. */
#include <linux/module.h>
#include <linux/platform_device.h>

static int status = -EPROBE_DEFER;

int p_status_get(void)
{
	return status;
}
EXPORT_SYMBOL_GPL(p_status_get);

static int p_status_probe(struct platform_device *pdev)
{
	status = 0;
	return 0;
}

static struct platform_driver p_status_driver = {
	.probe = p_status_probe,
};
module_platform_driver(p_status_driver);
