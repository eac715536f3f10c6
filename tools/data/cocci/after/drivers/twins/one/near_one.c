// SPDX-License-Identifier: GPL-2.0
/* Two modules export what it calls; the one beside it is meant. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int near_one_probe(struct platform_device *pdev)
{
	return twin_any_use();
}

static struct platform_driver near_one_driver = {
	.probe = near_one_probe,
	.driver = {
		.name = "near_one",
	},
};
module_platform_driver(near_one_driver);
initcall_depends("drivers/twins/one/twin");

MODULE_DESCRIPTION("near_one");
MODULE_LICENSE("GPL");
