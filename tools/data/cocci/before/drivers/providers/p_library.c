// SPDX-License-Identifier: GPL-2.0
/* Without an initcall: what calls it waits for what it calls. */
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

int p_library_maybe(struct device *dev)
{
	if (!device_property_present(dev, "acme,pointer"))
		return 0;

	return PTR_ERR_OR_ZERO(p_pointer_get());
}
EXPORT_SYMBOL_GPL(p_library_maybe);
