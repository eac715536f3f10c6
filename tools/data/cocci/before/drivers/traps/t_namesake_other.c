// SPDX-License-Identifier: GPL-2.0
/* The other one, which sets a member of its own structure. */
#include <linux/module.h>

struct t_namesake {
	void *found_by_namesake;
};

static int t_namesake_other_probe(struct platform_device *pdev)
{
	struct t_namesake *own = platform_get_drvdata(pdev);

	own->found_by_namesake = pdev;

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
