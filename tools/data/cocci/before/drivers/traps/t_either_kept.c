// SPDX-License-Identifier: GPL-2.0
/* The same, with what a call returns kept before. */
#include <linux/module.h>

static int t_either_kept_probe(struct platform_device *pdev)
{
	bool ready = p_flag_is_ready();

	if ((!ready || !p_null_get()) && !pdev->num_resources)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_either_kept_driver = {
	.probe = t_either_kept_probe,
	.driver = {
		.name = "t_either_kept",
	},
};
module_platform_driver(t_either_kept_driver);

MODULE_DESCRIPTION("t_either_kept");
MODULE_LICENSE("GPL");
