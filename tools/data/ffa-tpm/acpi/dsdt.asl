/* SPDX-License-Identifier: GPL-2.0 */
/* One CPU, the console, and the TPM (TCG ACPI Specification 1.4, section 8). */
#include "layout.h"

DefinitionBlock ("dsdt.aml", "DSDT", 2, "INITCD", "FFATPM", 1)
{
	Scope (\_SB)
	{
		Device (CPU0)
		{
			Name (_HID, "ACPI0007")
			Name (_UID, 0)
		}

		Device (COM0)
		{
			Name (_HID, "ARMH0011")
			Name (_UID, 0)
			Name (_CRS, ResourceTemplate () {
				Memory32Fixed (ReadWrite, UART_BASE, 0x1000)
				Interrupt (ResourceConsumer, Level, ActiveHigh, Exclusive) { 33 }
			})
		}

		Device (TPM0)
		{
			Name (_HID, "MSFT0101")
			Name (_UID, 0)
			Name (_CRS, ResourceTemplate () {
				Memory32Fixed (ReadWrite, CRB_BASE, CRB_SIZE)
			})
		}
	}
}
