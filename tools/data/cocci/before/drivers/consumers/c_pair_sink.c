// SPDX-License-Identifier: GPL-2.0
/* Of the two files of this module, this one has a kind for which the provider may fail. */
#include <linux/module.h>

static int c_pair_sink_probe(struct platform_device *pdev)
{
	struct p_kinds kinds = { .type = P_KINDS_SINK };

	return p_kinds_register(&kinds);
}

struct platform_driver c_pair_sink_driver = {
	.probe = c_pair_sink_probe,
	.driver = {
		.name = "c_pair_sink",
	},
};

static int __init c_pair_init(void)
{
	int ret;

	ret = platform_driver_register(&c_pair_sink_driver);
	if (ret)
		return ret;

	return platform_driver_register(&c_pair_source_driver);
}
module_init(c_pair_init);

MODULE_DESCRIPTION("c_pair");
MODULE_LICENSE("GPL");
