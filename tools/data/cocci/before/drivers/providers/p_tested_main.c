// SPDX-License-Identifier: GPL-2.0
/* Sets what the other file has. */
#include <linux/module.h>

static int p_tested_probe(struct platform_device *pdev)
{
	p_tested_start(pdev);
	return 0;
}

static struct platform_driver p_tested_driver = {
	.probe = p_tested_probe,
	.driver = {
		.name = "p_tested",
	},
};
module_platform_driver(p_tested_driver);

MODULE_DESCRIPTION("p_tested");
MODULE_LICENSE("GPL");
