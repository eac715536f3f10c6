// SPDX-License-Identifier: GPL-2.0
/*
 * The one thing in the ACPI tables that iasl 20200925 cannot express: the start
 * method of a TPM by CRB over FF-A (TCG ACPI Specification 1.4, table 8).
 */
#include "monitor.h"

#define TABLE_LENGTH		4
#define TABLE_CHECKSUM		9
#define TPM2_START_METHOD	48
#define START_METHOD_FFA	15

void acpi_fix_up(void)
{
	uint32_t i, length = read32(TPM2_TABLE + TABLE_LENGTH);
	uint8_t sum = 0;

	write32(TPM2_TABLE + TPM2_START_METHOD, START_METHOD_FFA);
	write8(TPM2_TABLE + TABLE_CHECKSUM, 0);
	for (i = 0; i < length; i++)
		sum += read8(TPM2_TABLE + i);
	write8(TPM2_TABLE + TABLE_CHECKSUM, -sum);
}
