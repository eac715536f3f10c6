// SPDX-License-Identifier: GPL-2.0
/* Of the two files of this module, this one has a kind for which it does not. */
#include <linux/module.h>

static int c_pair_source_probe(struct platform_device *pdev)
{
	struct p_kinds kinds = { .type = P_KINDS_SOURCE };

	return p_kinds_register(&kinds);
}

struct platform_driver c_pair_source_driver = {
	.probe = c_pair_source_probe,
	.driver = {
		.name = "c_pair_source",
	},
};
