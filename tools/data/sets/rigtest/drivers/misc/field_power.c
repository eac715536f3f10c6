// SPDX-License-Identifier: GPL-2.0
/*
 * A power domain that is switched off if its driver is deferred, as those of Rockchip's
 * pm_domains are
 *
 * The clock is that of a child node, for which fw_devlink does not keep the parent from
 * being probed.
 */

#include <linux/clk.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/of.h>
#include <linux/platform_device.h>

#include "field_lines.h"
#include "field_power.h"

bool field_power_is_on = true;

static int field_power_probe(struct platform_device *pdev)
{
	struct device_node *domain = of_get_next_child(pdev->dev.of_node, NULL);
	struct clk *clk = of_clk_get(domain, 0);

	of_node_put(domain);
	WRITE_ONCE(field_power_is_on, !IS_ERR(clk));
	if (IS_ERR(clk))
		return dev_err_probe(&pdev->dev, PTR_ERR(clk), "no clock, off again\n");
	clk_put(clk);
	return 0;
}

static const struct of_device_id field_power_match[] = {
	{ .name = "field-power" },
	{ }
};

static struct platform_driver field_power_driver = {
	.probe = field_power_probe,
	.driver = {
		.name = "field-power",
		.of_match_table = field_power_match,
		.suppress_bind_attrs = true,
	},
};

static int __init field_power_init(void)
{
	return platform_driver_register(&field_power_driver);
}
postcore_initcall(field_power_init);
field_depends("field_clk");
