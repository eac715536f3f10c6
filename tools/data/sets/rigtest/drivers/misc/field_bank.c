// SPDX-License-Identifier: GPL-2.0
/*
 * A GPIO bank that does not answer without power: it has registers where there are some,
 * and, for as long as field_power.c has it switched off, where there are none
 */

#include <linux/device.h>
#include <linux/err.h>
#include <linux/gpio/driver.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/of.h>
#include <linux/platform_device.h>

#include "field_power.h"

struct field_bank {
	struct gpio_chip chip;
	void __iomem *with_power;
	void __iomem *without;
};

static void __iomem *field_bank_registers(struct gpio_chip *chip)
{
	struct field_bank *bank = gpiochip_get_data(chip);

	return READ_ONCE(field_power_is_on) ? bank->with_power : bank->without;
}

static int field_bank_set(struct gpio_chip *chip, unsigned int line, int value)
{
	readl(field_bank_registers(chip));
	return 0;
}

static void __iomem *field_bank_map(struct platform_device *pdev, int index)
{
	struct resource *res = platform_get_resource(pdev, IORESOURCE_MEM, index);

	return res ? devm_ioremap(&pdev->dev, res->start, resource_size(res)) : NULL;
}

static int field_bank_probe(struct platform_device *pdev)
{
	struct field_bank *bank = devm_kzalloc(&pdev->dev, sizeof(*bank), GFP_KERNEL);

	if (!bank)
		return -ENOMEM;
	bank->with_power = field_bank_map(pdev, 0);
	bank->without = field_bank_map(pdev, 1);
	if (!bank->with_power || !bank->without)
		return -ENOMEM;
	bank->chip.label = "field-bank";
	bank->chip.parent = &pdev->dev;
	bank->chip.base = -1;
	bank->chip.ngpio = 1;
	bank->chip.can_sleep = true;
	bank->chip.set = field_bank_set;
	bank->chip.direction_output = field_bank_set;
	return devm_gpiochip_add_data(&pdev->dev, &bank->chip, bank);
}

static const struct of_device_id field_bank_match[] = {
	{ .name = "field-bank" },
	{ }
};

static struct platform_driver field_bank_driver = {
	.probe = field_bank_probe,
	.driver = {
		.name = "field-bank",
		.of_match_table = field_bank_match,
		.suppress_bind_attrs = true,
	},
};

static int __init field_bank_init(void)
{
	return platform_driver_register(&field_bank_driver);
}
postcore_initcall(field_bank_init);
