// SPDX-License-Identifier: GPL-2.0
/* A framework is asked, and what has no driver is refused, whichever that is. */
#include <linux/module.h>

static bool is_t_refused_any(struct device *dev)
{
	return dev->driver != NULL;
}

static struct rproc *t_refused_any_find(struct device_node *np)
{
	struct rproc *rproc;

	rproc = rproc_get_by_phandle(np->phandle);
	if (!rproc)
		return ERR_PTR(-EPROBE_DEFER);

	if (!is_t_refused_any(rproc->dev.parent)) {
		rproc_put(rproc);
		return ERR_PTR(-ENODEV);
	}

	return rproc;
}

struct rproc *t_refused_any_get(struct device_node *np)
{
	return t_refused_any_find(np);
}
EXPORT_SYMBOL_GPL(t_refused_any_get);

static int t_refused_any_probe(struct platform_device *pdev)
{
	return rproc_add(platform_get_drvdata(pdev));
}

static struct platform_driver t_refused_any_driver = {
	.probe = t_refused_any_probe,
	.driver = {
		.name = "t_refused_any",
	},
};
module_platform_driver(t_refused_any_driver);

MODULE_DESCRIPTION("t_refused_any");
MODULE_LICENSE("GPL");
