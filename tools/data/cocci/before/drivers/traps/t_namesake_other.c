// SPDX-License-Identifier: GPL-2.0
/* It sets a member of the structure that a header has. */
#include <linux/module.h>
#include <linux/t_namesake.h>

static int t_namesake_other_probe(struct platform_device *pdev)
{
	struct t_namesake *state = platform_get_drvdata(pdev);

	state->of_header = pdev;

	return 0;
}

static struct platform_driver t_namesake_other_driver = {
	.probe = t_namesake_other_probe,
	.driver = {
		.name = "t_namesake_other",
	},
};
module_platform_driver(t_namesake_other_driver);

MODULE_DESCRIPTION("t_namesake_other");
MODULE_LICENSE("GPL");
