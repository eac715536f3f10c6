// SPDX-License-Identifier: GPL-2.0
/* Some of it can be declared. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int s_some_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver s_some_driver = {
	.probe = s_some_probe,
	.driver = {
		.name = "s_some",
	},
};
module_platform_driver(s_some_driver);
initcall_depends("p_list");

MODULE_DESCRIPTION("s_some");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: p_list platform:p_null crypto-crc32c p_library twin post: p_flag");
