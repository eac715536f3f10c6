// SPDX-License-Identifier: GPL-2.0
/*
 * What UEFI leaves to the kernel: system table, configuration table with the way
 * to ACPI, memory map (UEFI 2.7, sections 4.3, 4.6 and 7.2). There are no
 * runtime services, so the kernel is started with efi=noruntime.
 */
#include "monitor.h"

#define SYSTEM_TABLE_SIGNATURE	0x5453595320494249ULL
#define UEFI_2_70		(2U << 16 | 70)
#define SYSTEM_TABLE_SIZE	120

/* EFI_MEMORY_TYPE, EFI_MEMORY_WB */
#define RESERVED		0
#define CONVENTIONAL		7
#define ACPI_RECLAIM		9
#define WRITE_BACK		8

static void write64(uintptr_t address, uint64_t value)
{
	*(volatile uint64_t *)address = value;
}

static void describe(unsigned int i, uint32_t type, uint64_t from, uint64_t to)
{
	uintptr_t at = EFI_MEMORY_MAP + i * EFI_DESCRIPTOR_SIZE;

	write32(at, type);
	write64(at + 8, from);
	write64(at + 16, 0);
	write64(at + 24, (to - from) >> 12);
	write64(at + 32, WRITE_BACK);
}

static void write_memory_map(void)
{
	describe(0, CONVENTIONAL, RAM_BASE, EFI_BASE);
	describe(1, ACPI_RECLAIM, EFI_BASE, TABLES_END);
	describe(2, CONVENTIONAL, TABLES_END, CRB_BASE);
	describe(3, RESERVED, CRB_BASE, CRB_BASE + CRB_SIZE);
	describe(4, CONVENTIONAL, CRB_BASE + CRB_SIZE, RAM_BASE + RAM_SIZE);
}

static void write_vendor(const char *name)
{
	uintptr_t at = EFI_VENDOR;

	do
		*(volatile uint16_t *)at = *name;
	while (at += 2, *name++);
}

/* EFI_ACPI_20_TABLE_GUID: 8868e871-e4f1-11d3-bc22-0080c73c8881 */
static void write_config_table(void)
{
	write32(EFI_CONFIG_TABLE, 0x8868e871);
	write32(EFI_CONFIG_TABLE + 4, 0x11d3e4f1);
	write32(EFI_CONFIG_TABLE + 8, 0x800022bc);
	write32(EFI_CONFIG_TABLE + 12, 0x81883cc7);
	write64(EFI_CONFIG_TABLE + 16, ACPI_BASE);
}

void efi_hand_over(void)
{
	write_memory_map();
	write_config_table();
	write_vendor("initcall_depends");
	write64(EFI_SYSTEM_TABLE, SYSTEM_TABLE_SIGNATURE);
	write32(EFI_SYSTEM_TABLE + 8, UEFI_2_70);
	write32(EFI_SYSTEM_TABLE + 12, SYSTEM_TABLE_SIZE);
	write64(EFI_SYSTEM_TABLE + 24, EFI_VENDOR);
	write64(EFI_SYSTEM_TABLE + 104, 1);
	write64(EFI_SYSTEM_TABLE + 112, EFI_CONFIG_TABLE);
}
