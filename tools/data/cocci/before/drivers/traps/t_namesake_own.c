// SPDX-License-Identifier: GPL-2.0
/* It sets a member of its own structure, which has the same name. */
#include <linux/module.h>

struct t_namesake {
	void *of_file;
};

static int t_namesake_own_probe(struct platform_device *pdev)
{
	struct t_namesake *state = platform_get_drvdata(pdev);

	state->of_file = pdev;

	return 0;
}

static struct platform_driver t_namesake_own_driver = {
	.probe = t_namesake_own_probe,
	.driver = {
		.name = "t_namesake_own",
	},
};
module_platform_driver(t_namesake_own_driver);

MODULE_DESCRIPTION("t_namesake_own");
MODULE_LICENSE("GPL");
