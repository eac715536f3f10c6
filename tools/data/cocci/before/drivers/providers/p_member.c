// SPDX-License-Identifier: GPL-2.0
/* A member of a structure that it shares with others. */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/p_member.h>

static int p_member_probe(struct platform_device *pdev)
{
	struct p_member_shared *shared = dev_get_platdata(&pdev->dev);

	shared->p_member_up = true;
	shared->several_up = true;

	return 0;
}

static struct platform_driver p_member_driver = {
	.probe = p_member_probe,
	.driver = {
		.name = "p_member",
	},
};
module_platform_driver(p_member_driver);
