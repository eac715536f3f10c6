// SPDX-License-Identifier: GPL-2.0
/* It calls a library, which has no initcall to wait for. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_library_probe(struct platform_device *pdev)
{
	struct p_pointer *p;

	p = devm_p_pointer_get(&pdev->dev);
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver c_library_driver = {
	.probe = c_library_probe,
	.driver = {
		.name = "c_library",
	},
};
module_platform_driver(c_library_driver);
initcall_depends("p_pointer");

MODULE_DESCRIPTION("c_library");
MODULE_LICENSE("GPL");
