// SPDX-License-Identifier: GPL-2.0
/* Two functions below the probe. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int get(struct c_helper *c)
{
	c->p = p_pointer_get();
	return PTR_ERR_OR_ZERO(c->p);
}

static int setup(struct c_helper *c)
{
	int ret;

	ret = get(c);
	if (ret)
		goto out;

	ret = 0;
out:
	return ret;
}

static int c_helper_probe(struct platform_device *pdev)
{
	return setup(platform_get_drvdata(pdev));
}

static struct platform_driver c_helper_driver = {
	.probe = c_helper_probe,
	.driver = {
		.name = "c_helper",
	},
};
module_platform_driver(c_helper_driver);
initcall_depends("p_pointer");

MODULE_DESCRIPTION("c_helper");
MODULE_LICENSE("GPL");
