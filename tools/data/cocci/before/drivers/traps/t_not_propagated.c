// SPDX-License-Identifier: GPL-2.0
/* A failure is survived. */
#include <linux/module.h>

static int t_not_propagated_probe(struct platform_device *pdev)
{
	struct p_pointer *p;
	int ret;

	ret = p_init_register(&pdev->dev);
	if (ret)
		dev_warn(&pdev->dev, "goes without\n");

	p = p_pointer_get();
	if (IS_ERR(p))
		p = NULL;

	ret = p ? p_use(p) : 0;
	return ret;
}

static struct platform_driver t_not_propagated_driver = {
	.probe = t_not_propagated_probe,
	.driver = {
		.name = "t_not_propagated",
	},
};
module_platform_driver(t_not_propagated_driver);

MODULE_DESCRIPTION("t_not_propagated");
MODULE_LICENSE("GPL");
