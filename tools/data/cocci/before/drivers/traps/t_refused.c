// SPDX-License-Identifier: GPL-2.0
/* A framework is asked, and what is not on is refused, whichever driver it is of. */
#include <linux/module.h>

static bool is_t_refused(struct device *dev)
{
	return dev->power.state == T_REFUSED_ON;
}

static struct rproc *t_refused_find(struct device_node *np)
{
	struct rproc *rproc;

	rproc = rproc_get_by_phandle(np->phandle);
	if (!rproc)
		return ERR_PTR(-EPROBE_DEFER);

	if (!is_t_refused(rproc->dev.parent)) {
		rproc_put(rproc);
		return ERR_PTR(-ENODEV);
	}

	return rproc;
}

struct rproc *t_refused_get(struct device_node *np)
{
	return t_refused_find(np);
}
EXPORT_SYMBOL_GPL(t_refused_get);

static int t_refused_probe(struct platform_device *pdev)
{
	return rproc_add(platform_get_drvdata(pdev));
}

static struct platform_driver t_refused_driver = {
	.probe = t_refused_probe,
	.driver = {
		.name = "t_refused",
	},
};
module_platform_driver(t_refused_driver);

MODULE_DESCRIPTION("t_refused");
MODULE_LICENSE("GPL");
