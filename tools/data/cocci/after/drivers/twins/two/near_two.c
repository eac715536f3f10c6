// SPDX-License-Identifier: GPL-2.0
/* Two modules export what it calls; the one beside it is meant. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int near_two_probe(struct platform_device *pdev)
{
	return twin_any_use();
}

static struct platform_driver near_two_driver = {
	.probe = near_two_probe,
	.driver = {
		.name = "near_two",
	},
};
module_platform_driver(near_two_driver);
initcall_depends("drivers/twins/two/twin");

MODULE_DESCRIPTION("near_two");
MODULE_LICENSE("GPL");
