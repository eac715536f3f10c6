// SPDX-License-Identifier: GPL-2.0
/* A driver for ACPI devices, whose probe has another name. */
#include <linux/acpi.h>
#include <linux/module.h>

static bool p_acpi_ready;

static int p_acpi_add(struct acpi_device *device)
{
	p_acpi_ready = true;

	return 0;
}

int p_acpi_power(bool on)
{
	if (!p_acpi_ready)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(p_acpi_power);

static struct acpi_driver p_acpi_driver = {
	.name = "p_acpi",
	.ops = {
		.add = p_acpi_add,
	},
};
module_acpi_driver(p_acpi_driver);
