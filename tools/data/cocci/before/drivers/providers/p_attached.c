// SPDX-License-Identifier: GPL-2.0
/* Found by the name of the device. */
#include <linux/module.h>
#include <linux/platform_device.h>

static int p_attached_probe(struct platform_device *pdev)
{
	pdev->id = 1;

	return 0;
}

static struct platform_driver p_attached_driver = {
	.probe = p_attached_probe,
	.driver = {
		.name = "p_attached",
	},
};
module_platform_driver(p_attached_driver);
