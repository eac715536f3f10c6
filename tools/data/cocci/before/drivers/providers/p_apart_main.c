// SPDX-License-Identifier: GPL-2.0
/* What is looked at is in another file, which never says -EPROBE_DEFER. */
#include <linux/module.h>

int p_apart_check(void)
{
	struct p_apart *state = p_apart_state();

	if (!state)
		return -ENODEV;

	return 0;
}
EXPORT_SYMBOL_GPL(p_apart_check);

static int p_apart_main_probe(struct platform_device *pdev)
{
	return p_apart_start(pdev);
}

static struct platform_driver p_apart_main_driver = {
	.probe = p_apart_main_probe,
	.driver = {
		.name = "p_apart_main",
	},
};
module_platform_driver(p_apart_main_driver);

MODULE_DESCRIPTION("p_apart_main");
MODULE_LICENSE("GPL");
