// SPDX-License-Identifier: GPL-2.0
/* It fails for some kinds of what is registered only. */
#include <linux/module.h>

static bool ready;

static int p_kinds_link(struct p_kinds *kinds)
{
	if (!ready)
		return -EPROBE_DEFER;

	return 0;
}

int p_kinds_register(struct p_kinds *kinds)
{
	int ret = 0;

	if (kinds->type == P_KINDS_SINK ||
	    kinds->type == P_KINDS_BOTH)
		ret = p_kinds_link(kinds);

	return ret;
}
EXPORT_SYMBOL_GPL(p_kinds_register);

int p_kinds_add(struct p_kinds *kinds)
{
	if (kinds->type != P_KINDS_SINK && kinds->type != P_KINDS_BOTH)
		return -EOPNOTSUPP;

	return p_kinds_link(kinds);
}
EXPORT_SYMBOL_GPL(p_kinds_add);

int p_kinds_operate(struct p_kinds *kinds)
{
	if (!kinds_ops(kinds)->link)
		return -EOPNOTSUPP;

	return p_kinds_link(kinds);
}
EXPORT_SYMBOL_GPL(p_kinds_operate);

int p_kinds_call(struct p_kinds *kinds)
{
	if (!p_ops->call)
		return -EOPNOTSUPP;

	return p_kinds_link(kinds);
}
EXPORT_SYMBOL_GPL(p_kinds_call);

static int p_kinds_probe(struct platform_device *pdev)
{
	ready = true;
	return 0;
}

static struct platform_driver p_kinds_driver = {
	.probe = p_kinds_probe,
	.driver = {
		.name = "p_kinds",
	},
};
module_platform_driver(p_kinds_driver);

MODULE_DESCRIPTION("p_kinds");
MODULE_LICENSE("GPL");
