// SPDX-License-Identifier: GPL-2.0
/*
 * A driver at subsys level that needs pins, of a controller whose driver is at device
 * level: an error other than -EPROBE_DEFER is final
 */

#include <linux/device.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/of.h>
#include <linux/pinctrl/consumer.h>
#include <linux/platform_device.h>

#include "field_lines.h"

static int field_pins_probe(struct platform_device *pdev)
{
	struct pinctrl *pins = devm_pinctrl_get_select(&pdev->dev, "work");

	if (IS_ERR(pins))
		return dev_err_probe(&pdev->dev, PTR_ERR(pins), "no pins\n");
	dev_info(&pdev->dev, "has its pins\n");
	return 0;
}

static const struct of_device_id field_pins_match[] = {
	{ .name = "field-pins" },
	{ }
};

static struct platform_driver field_pins_driver = {
	.probe = field_pins_probe,
	.driver = {
		.name = "field-pins",
		.of_match_table = field_pins_match,
		.suppress_bind_attrs = true,
	},
};

static int __init field_pins_init(void)
{
	return platform_driver_register(&field_pins_driver);
}
subsys_initcall(field_pins_init);
field_depends("pinctrl_single");
