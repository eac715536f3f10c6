// SPDX-License-Identifier: GPL-2.0
/* Both halves are in one module. */
#include <linux/module.h>
#include "t_same.h"

static int t_same_probe(struct platform_device *pdev)
{
	struct t_same *t;

	t_same = platform_get_drvdata(pdev);
	t = t_same_get();
	if (IS_ERR(t))
		return PTR_ERR(t);

	return 0;
}

static struct platform_driver t_same_driver = {
	.probe = t_same_probe,
	.driver = {
		.name = "t_same",
	},
};
module_platform_driver(t_same_driver);

MODULE_DESCRIPTION("t_same");
MODULE_LICENSE("GPL");
