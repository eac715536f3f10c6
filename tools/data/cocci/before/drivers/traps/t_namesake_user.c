// SPDX-License-Identifier: GPL-2.0
/* It waits for a member of the structure that a header has. */
#include <linux/module.h>
#include <linux/t_namesake.h>

static int t_namesake_user_probe(struct platform_device *pdev)
{
	struct t_namesake *state = platform_get_drvdata(pdev);

	if (!state->of_file)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_namesake_user_driver = {
	.probe = t_namesake_user_probe,
	.driver = {
		.name = "t_namesake_user",
	},
};
module_platform_driver(t_namesake_user_driver);

MODULE_DESCRIPTION("t_namesake_user");
MODULE_LICENSE("GPL");
