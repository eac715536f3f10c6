// SPDX-License-Identifier: GPL-2.0
/* A module without an initcall cannot be ordered. */
#include <linux/module.h>

int t_no_initcall_probe(struct platform_device *pdev)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}
EXPORT_SYMBOL_GPL(t_no_initcall_probe);

struct t_driver t_no_initcall_ops = {
	.probe = t_no_initcall_probe,
};
