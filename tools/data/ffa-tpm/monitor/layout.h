/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where everything is: read by the monitor, its linker script, the device tree and
 * the ACPI tables (the latter take HEX_ values, without a prefix).
 */
#ifndef LAYOUT_H
#define LAYOUT_H

/* QEMU "virt" */
#define FLASH_BASE		0x00000000
#define GICD_BASE		0x08000000
#define HEX_GICD_BASE		0000000008000000
#define GICR_BASE		0x080a0000
#define HEX_GICR_BASE		00000000080A0000
#define GICR_STRIDE		0x20000
#define UART_BASE		0x09000000
#define SECURE_UART_BASE	0x09040000
#define SECURE_GPIO_BASE	0x090b0000
#define TIS_BASE		0x0c000000
#define SECURE_RAM_BASE		0x0e000000
#define SECURE_RAM_SIZE		0x01000000
#define RAM_BASE		0x40000000
#define RAM_SIZE		0x10000000
#define MAX_CPUS		4

/* Put into memory by QEMU's loader devices */
#define KERNEL_BASE		0x40200000
#define INITRD_BASE		0x44000000
#define DTB_BASE		0x4e000000

/* Put into memory by the monitor: UEFI tables */
#define EFI_BASE		0x4e010000
#define EFI_SYSTEM_TABLE	0x4e010000
#define EFI_CONFIG_TABLE	0x4e010100
#define EFI_VENDOR		0x4e010200
#define EFI_MEMORY_MAP		0x4e011000
#define EFI_DESCRIPTOR_SIZE	48
#define EFI_NR_DESCRIPTORS	5

/* Put into memory by QEMU's loader devices: ACPI tables, one in each page */
#define ACPI_BASE		0x4e020000
#define HEX_XSDT_BASE		000000004E021000
#define HEX_FACP_BASE		000000004E022000
#define HEX_DSDT_BASE		000000004E023000
#define HEX_APIC_BASE		000000004E024000
#define HEX_GTDT_BASE		000000004E025000
#define HEX_TPM2_BASE		000000004E026000
#define TPM2_TABLE		0x4e026000
#define TABLES_END		0x4e030000

/* TPM: registers of the command response buffer, and its data buffer */
#define CRB_BASE		0x4f000000
#define CRB_SIZE		0x2000
#define HEX_CRB_CONTROL_AREA	000000004F000040
#define CRB_BUFFER_OFFSET	0x1000
#define CRB_BUFFER_SIZE		0x1000

#endif
