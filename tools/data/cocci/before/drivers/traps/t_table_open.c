// SPDX-License-Identifier: GPL-2.0
/* The module calls it from a table of its own, but not when it is bound. */
#include <linux/module.h>

static int t_table_open_init(struct c_core *core)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static const struct c_core_ops t_table_open_ops = {
	.init = t_table_open_init,
};

int t_table_open_file(struct c_core *core)
{
	return core->ops->init(core);
}

static int t_table_open_probe(struct platform_device *pdev)
{
	platform_set_drvdata(pdev, (void *)&t_table_open_ops);
	return 0;
}

static struct platform_driver t_table_open_driver = {
	.probe = t_table_open_probe,
	.driver = {
		.name = "t_table_open",
	},
};
module_platform_driver(t_table_open_driver);

MODULE_DESCRIPTION("t_table_open");
MODULE_LICENSE("GPL");
