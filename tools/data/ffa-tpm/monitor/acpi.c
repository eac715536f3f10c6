// SPDX-License-Identifier: GPL-2.0
/*
 * The one thing in the ACPI tables that iasl 20200925 cannot express: how commands are
 * given to the TPM, over FF-A or by an SMC (TCG ACPI Specification 1.4, table 8).
 */
#include "monitor.h"

#define TABLE_LENGTH		4
#define TABLE_CHECKSUM		9
#define TPM2_START_METHOD	48
#define TPM2_SMC_FUNCTION	60
#define START_METHOD_SMC	11
#define START_METHOD_FFA	15

static uint32_t smc_function;

uint32_t acpi_tpm_smc(void)
{
	return smc_function;
}

void acpi_fix_up(void)
{
	uint32_t i, length = read32(TPM2_TABLE + TABLE_LENGTH);
	uint8_t sum = 0;

	/* Over FF-A, this parameter is zero. */
	smc_function = read32(TPM2_TABLE + TPM2_SMC_FUNCTION);
	write32(TPM2_TABLE + TPM2_START_METHOD, smc_function ? START_METHOD_SMC : START_METHOD_FFA);
	write8(TPM2_TABLE + TABLE_CHECKSUM, 0);
	for (i = 0; i < length; i++)
		sum += read8(TPM2_TABLE + i);
	write8(TPM2_TABLE + TABLE_CHECKSUM, -sum);
}
