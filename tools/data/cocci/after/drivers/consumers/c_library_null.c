// SPDX-License-Identifier: GPL-2.0
/* What a library makes into -EPROBE_DEFER. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_library_null_probe(struct platform_device *pdev)
{
	struct p_null *p;

	p = p_library_get_null();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver c_library_null_driver = {
	.probe = c_library_null_probe,
	.driver = {
		.name = "c_library_null",
	},
};
module_platform_driver(c_library_null_driver);
initcall_depends("p_null");

MODULE_DESCRIPTION("c_library_null");
MODULE_LICENSE("GPL");
