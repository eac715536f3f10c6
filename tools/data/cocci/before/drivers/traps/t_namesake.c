// SPDX-License-Identifier: GPL-2.0
/* A structure of its own. A header has another one of the same name. */
#include <linux/module.h>

struct t_namesake {
	void *of_header;
};

static int t_namesake_probe(struct platform_device *pdev)
{
	struct t_namesake *state = platform_get_drvdata(pdev);

	if (!state->of_header)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_namesake_driver = {
	.probe = t_namesake_probe,
	.driver = {
		.name = "t_namesake",
	},
};
module_platform_driver(t_namesake_driver);

MODULE_DESCRIPTION("t_namesake");
MODULE_LICENSE("GPL");
