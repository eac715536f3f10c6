// SPDX-License-Identifier: GPL-2.0
/* Not exported, and others register what is looked at. */
#include <linux/module.h>
#include <linux/platform_device.h>

static void *state;

bool t_unexported_is_ready(void)
{
	return !!state;
}

void t_unexported_register(void *registered)
{
	state = registered;
}

static int t_unexported_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver t_unexported_driver = {
	.probe = t_unexported_probe,
	.driver = {
		.name = "t_unexported",
	},
};
module_platform_driver(t_unexported_driver);

MODULE_DESCRIPTION("t_unexported");
MODULE_LICENSE("GPL");
