// SPDX-License-Identifier: GPL-2.0
/* Kept in a structure. */
#include <linux/err.h>
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_field_probe(struct platform_device *pdev)
{
	struct c_field *c = platform_get_drvdata(pdev);

	c->p = p_pointer_get();
	if (IS_ERR(c->p))
		return PTR_ERR(c->p);

	return 0;
}

static struct platform_driver c_field_driver = {
	.probe = c_field_probe,
	.driver = {
		.name = "c_field",
	},
};
module_platform_driver(c_field_driver);
initcall_depends("p_pointer");

MODULE_DESCRIPTION("c_field");
MODULE_LICENSE("GPL");
