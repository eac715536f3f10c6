// SPDX-License-Identifier: GPL-2.0
/* A probe that only a macro names. */
#include <linux/initcall_depends.h>
#include <linux/irqchip.h>
#include <linux/module.h>

static int c_irqchip_init(struct platform_device *pdev, struct device_node *parent)
{
	struct p_pointer *p = p_pointer_get();

	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

IRQCHIP_PLATFORM_DRIVER_BEGIN(c_irqchip)
IRQCHIP_MATCH("vendor,c-irqchip", c_irqchip_init)
IRQCHIP_PLATFORM_DRIVER_END(c_irqchip)
initcall_depends("p_pointer");
MODULE_DESCRIPTION("c_irqchip");
