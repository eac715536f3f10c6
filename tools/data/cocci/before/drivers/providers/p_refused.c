// SPDX-License-Identifier: GPL-2.0
/* A framework is asked, and what is not of this driver is refused. */
#include <linux/module.h>
#include <linux/p_refused.h>

static struct rproc *p_refused_find(struct device_node *np)
{
	struct rproc *rproc;

	rproc = rproc_get_by_phandle(np->phandle);
	if (!rproc)
		return ERR_PTR(-EPROBE_DEFER);

	if (!is_p_refused(rproc->dev.parent)) {
		rproc_put(rproc);
		return ERR_PTR(-ENODEV);
	}

	return rproc;
}

struct rproc *p_refused_get(struct device_node *np)
{
	return p_refused_find(np);
}
EXPORT_SYMBOL_GPL(p_refused_get);

static int p_refused_probe(struct platform_device *pdev)
{
	return rproc_add(platform_get_drvdata(pdev));
}

static struct platform_driver p_refused_driver = {
	.probe = p_refused_probe,
	.driver = {
		.name = P_REFUSED_NAME,
	},
};
module_platform_driver(p_refused_driver);

MODULE_DESCRIPTION("p_refused");
MODULE_LICENSE("GPL");
