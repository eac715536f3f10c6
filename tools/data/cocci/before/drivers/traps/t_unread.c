// SPDX-License-Identifier: GPL-2.0
/* It is no C to spatch, which is said. */
#include <linux/module.h>

static int t_unread_probe(struct platform_device *pdev)
{
	EACH_PART(pdev, {
		if (!p_flag_is_ready()
			return -EPROBE_DEFER;
	});

	return 0;
}

static struct platform_driver t_unread_driver = {
	.probe = t_unread_probe,
	.driver = {
		.name = "t_unread",
	},
};
module_platform_driver(t_unread_driver);

MODULE_DESCRIPTION("t_unread");
MODULE_LICENSE("GPL");
