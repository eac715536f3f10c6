// SPDX-License-Identifier: GPL-2.0
/* Nothing of it can be declared. */
#include <linux/module.h>

static int s_none_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver s_none_driver = {
	.probe = s_none_probe,
	.driver = {
		.name = "s_none",
	},
};
module_platform_driver(s_none_driver);

MODULE_DESCRIPTION("s_none");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("post: p_flag");
MODULE_SOFTDEP("p_flag");
MODULE_SOFTDEP("pre: absent");
MODULE_SOFTDEP("pre: platform:" S_NONE_NAME);
