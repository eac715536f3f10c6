// SPDX-License-Identifier: GPL-2.0
/* A core calls it, from the table that the probe hands over. */
#include <linux/module.h>

static int c_table_setup_init(struct c_core *core)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static const struct c_core_ops c_table_setup_ops = {
	.init = c_table_setup_init,
};

static int c_table_setup_probe(struct platform_device *pdev)
{
	return c_core_probe(pdev, &c_table_setup_ops);
}

static struct platform_driver c_table_setup_driver = {
	.probe = c_table_setup_probe,
	.driver = {
		.name = "c_table_setup",
	},
};
module_platform_driver(c_table_setup_driver);

MODULE_DESCRIPTION("c_table_setup");
MODULE_LICENSE("GPL");
