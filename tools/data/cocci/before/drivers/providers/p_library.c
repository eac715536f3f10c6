// SPDX-License-Identifier: GPL-2.0
/* Without an initcall: who calls it waits for whom it calls. */
#include <linux/module.h>

struct p_pointer *devm_p_pointer_get(struct device *dev)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return p;

	return devm_add_action_or_reset(dev, NULL, p) ? ERR_PTR(-ENOMEM) : p;
}
EXPORT_SYMBOL_GPL(devm_p_pointer_get);

int p_library_probe(struct platform_device *pdev)
{
	return PTR_ERR_OR_ZERO(devm_p_pointer_get(&pdev->dev));
}
EXPORT_SYMBOL_GPL(p_library_probe);

struct p_null *p_library_get_null(void)
{
	struct p_null *p;

	p = p_null_get();
	if (!p)
		return ERR_PTR(-EPROBE_DEFER);

	return p;
}
EXPORT_SYMBOL_GPL(p_library_get_null);
