// SPDX-License-Identifier: GPL-2.0
/* Which of several functions a helper calls depends on the device; their errors are nothing. */
#include <linux/module.h>

static int with_one(struct t_vague *data)
{
	return p_flag_use();
}

static int with_other(struct t_vague *data)
{
	return 0;
}

static const struct t_vague_ops one = {
	.measure = with_one,
};

static const struct t_vague_ops other = {
	.measure = with_other,
};

static int measured(struct t_vague *data)
{
	int value = data->ops->measure(data);

	return value < 0 ? 1 : value;
}

static int t_vague_probe(struct platform_device *pdev)
{
	struct t_vague *data = dev_get_platdata(&pdev->dev);

	if (measured(data) > 2)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_vague_driver = {
	.probe = t_vague_probe,
	.driver = {
		.name = "t_vague",
	},
};
module_platform_driver(t_vague_driver);

MODULE_DESCRIPTION("t_vague");
MODULE_LICENSE("GPL");
