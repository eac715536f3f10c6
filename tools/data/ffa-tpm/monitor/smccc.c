// SPDX-License-Identifier: GPL-2.0
/*
 * SMC Calling Convention 1.2 (DEN0028): what answers a call.
 */
#include "monitor.h"

#define SMCCC_VERSION		0x80000000U
#define SMCCC_ARCH_FEATURES	0x80000001U
#define SMCCC_1_2		0x10002
#define NOT_SUPPORTED		((uint64_t)-1)

static bool handle_arch(struct smc_frame *frame)
{
	switch ((uint32_t)frame->x[0]) {
	case SMCCC_VERSION:
		frame->x[0] = SMCCC_1_2;
		return true;
	case SMCCC_ARCH_FEATURES:
		frame->x[0] = (uint32_t)frame->x[1] == SMCCC_VERSION ? 0 : NOT_SUPPORTED;
		return true;
	}
	return false;
}

void handle_smc(struct smc_frame *frame)
{
	if (handle_arch(frame) || handle_psci(frame) || handle_tpm(frame) || handle_ffa(frame))
		return;
	frame->x[0] = NOT_SUPPORTED;
}
