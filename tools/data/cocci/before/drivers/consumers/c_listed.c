// SPDX-License-Identifier: GPL-2.0
/* Its parent makes the device before it is in the list. */
#include <linux/module.h>

static int c_listed_probe(struct platform_device *pdev)
{
	struct p_mothers *p;

	p = p_mothers_get_late(&pdev->dev);
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver c_listed_driver = {
	.probe = c_listed_probe,
	.driver = {
		.name = "c_listed",
	},
};
module_platform_driver(c_listed_driver);

MODULE_DESCRIPTION("c_listed");
MODULE_LICENSE("GPL");
