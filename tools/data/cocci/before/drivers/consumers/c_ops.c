// SPDX-License-Identifier: GPL-2.0
/* The probe calls it through a pointer. */
#include <linux/module.h>

static int detect(struct c_ops *c)
{
	c->p = p_pointer_get();
	if (IS_ERR(c->p))
		return PTR_ERR(c->p);

	return 0;
}

static const struct c_ops_table table = {
	.detect = detect,
};

static int c_ops_probe(struct platform_device *pdev)
{
	struct c_ops *c = platform_get_drvdata(pdev);
	int ret;

	c->ops = &table;
	ret = c->ops->detect(c);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_ops_driver = {
	.probe = c_ops_probe,
	.driver = {
		.name = "c_ops",
	},
};
module_platform_driver(c_ops_driver);

MODULE_DESCRIPTION("c_ops");
MODULE_LICENSE("GPL");
