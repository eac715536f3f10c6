// SPDX-License-Identifier: GPL-2.0
/* It waits for a driver for ACPI devices. */
#include <linux/initcall_depends.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static int c_acpi_probe(struct platform_device *pdev)
{
	return p_acpi_power(true);
}

static struct platform_driver c_acpi_driver = {
	.probe = c_acpi_probe,
	.driver = {
		.name = "c_acpi",
	},
};
module_platform_driver(c_acpi_driver);
initcall_depends("p_acpi");

MODULE_DESCRIPTION("c_acpi");
MODULE_LICENSE("GPL");
