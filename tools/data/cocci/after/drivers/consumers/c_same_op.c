// SPDX-License-Identifier: GPL-2.0
/* A helper calls what is the same function in each table. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static bool is_up(struct c_same_op *data)
{
	return p_flag_is_ready();
}

static const struct c_same_op_ops one = {
	.up = is_up,
};

static const struct c_same_op_ops other = {
	.up = is_up,
};

static bool works(struct c_same_op *data)
{
	return data->ops->up(data);
}

static int c_same_op_probe(struct platform_device *pdev)
{
	struct c_same_op *data = dev_get_platdata(&pdev->dev);

	if (!works(data))
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_same_op_driver = {
	.probe = c_same_op_probe,
	.driver = {
		.name = "c_same_op",
	},
};
module_platform_driver(c_same_op_driver);
initcall_depends("p_flag");

MODULE_DESCRIPTION("c_same_op");
MODULE_LICENSE("GPL");
