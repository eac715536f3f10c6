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
