// SPDX-License-Identifier: GPL-2.0
/* Two structures have a member of that name; the probe calls that of the other one. */
#include <linux/module.h>

static int part_start(struct t_part *part)
{
	if (!p_flag_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static const struct t_part_ops part_ops = {
	.start = part_start,
};

int t_ops_open(struct t_part *part)
{
	return part->ops->start(part);
}

static int whole_start(struct t_whole *whole)
{
	return 0;
}

static const struct t_whole_ops whole_ops = {
	.start = whole_start,
};

static int t_ops_probe(struct platform_device *pdev)
{
	struct t_whole *whole = t_whole_alloc(pdev, &whole_ops);

	return whole->ops->start(whole);
}

static struct platform_driver t_ops_driver = {
	.probe = t_ops_probe,
	.driver = {
		.name = "t_ops",
	},
};
module_platform_driver(t_ops_driver);

MODULE_DESCRIPTION("t_ops");
MODULE_LICENSE("GPL");
