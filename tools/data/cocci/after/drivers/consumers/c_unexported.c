// SPDX-License-Identifier: GPL-2.0
/* Both can be built in only: what it calls is not exported. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

bool p_unexported_is_ready(void);

static int c_unexported_probe(struct platform_device *pdev)
{
	if (!p_unexported_is_ready())
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_unexported_driver = {
	.probe = c_unexported_probe,
	.driver = {
		.name = "c_unexported",
	},
};
module_platform_driver(c_unexported_driver);
initcall_depends("p_unexported");

MODULE_DESCRIPTION("c_unexported");
MODULE_LICENSE("GPL");
