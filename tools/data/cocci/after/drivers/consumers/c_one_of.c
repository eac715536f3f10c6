// SPDX-License-Identifier: GPL-2.0
/* One of two functions that a pointer may lead to. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int get(struct c_one_of *data)
{
	return PTR_ERR_OR_ZERO(p_pointer_get());
}

static int none(struct c_one_of *data)
{
	return 0;
}

static const struct c_one_of_ops one = {
	.detect = get,
};

static const struct c_one_of_ops two = {
	.detect = none,
};

static int c_one_of_probe(struct platform_device *pdev)
{
	struct c_one_of *data = platform_get_drvdata(pdev);

	return data->ops->detect(data);
}

static struct platform_driver c_one_of_driver = {
	.probe = c_one_of_probe,
	.driver = {
		.name = "c_one_of",
	},
};
module_platform_driver(c_one_of_driver);
initcall_depends("p_pointer");

MODULE_DESCRIPTION("c_one_of");
MODULE_LICENSE("GPL");
