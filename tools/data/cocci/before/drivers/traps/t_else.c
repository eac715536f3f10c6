// SPDX-License-Identifier: GPL-2.0
/* The same for an error that is looked at after other branches. */
#include <linux/module.h>

static int t_else_get(struct platform_device *pdev)
{
	u32 index;

	if (of_property_read_u32(pdev->dev.of_node, "acme,index", &index))
		return -EINVAL;

	return PTR_ERR_OR_ZERO(p_pointer_get(NULL));
}

static int t_else_other(struct platform_device *pdev)
{
	return platform_get_irq(pdev, 0);
}

static int t_else_probe(struct platform_device *pdev)
{
	int ret;

	if (of_device_is_compatible(pdev->dev.of_node, "acme,one"))
		ret = t_else_get(pdev);
	else
		ret = t_else_other(pdev);

	if (ret == -EINVAL)
		return 0;
	else if (ret)
		return ret;

	return 0;
}

static struct platform_driver t_else_driver = {
	.probe = t_else_probe,
	.driver = {
		.name = "t_else",
	},
};
module_platform_driver(t_else_driver);

MODULE_DESCRIPTION("t_else");
MODULE_LICENSE("GPL");
