// SPDX-License-Identifier: GPL-2.0
/*
 * Power State Coordination Interface 1.1 (DEN0022).
 */
#include "monitor.h"

#define PSCI_VERSION		0x84000000U
#define PSCI_CPU_ON_64		0xc4000003U
#define PSCI_AFFINITY_INFO_64	0xc4000004U
#define PSCI_MIGRATE_INFO_TYPE	0x84000006U
#define PSCI_SYSTEM_OFF		0x84000008U
#define PSCI_SYSTEM_RESET	0x84000009U
#define PSCI_FEATURES		0x8400000aU
#define SMCCC_VERSION		0x80000000U

#define PSCI_1_1		0x10001
#define TOS_NOT_PRESENT		2

#define PSCI_SUCCESS		0
#define PSCI_NOT_SUPPORTED	((uint64_t)-1)
#define PSCI_INVALID_PARAMETERS	((uint64_t)-2)
#define PSCI_ALREADY_ON		((uint64_t)-4)

#define AFFINITY_ON		0
#define AFFINITY_OFF		1

/* What a CPU in the pen waits for: the entry last. */
static volatile struct {
	uint64_t context;
	uint64_t entry;
	uint64_t on;
} pen[MAX_CPUS];

void secondary_wait(void)
{
	uint64_t cpu = cpu_number();

	if (cpu >= MAX_CPUS)
		for (;;)
			wait_for_event();
	while (!pen[cpu].entry)
		wait_for_event();
	start_redistributor();
	enter_lower(pen[cpu].entry, pen[cpu].context, lower_spsr());
}

static uint64_t cpu_on(uint64_t cpu, uint64_t entry, uint64_t context)
{
	if (cpu >= MAX_CPUS)
		return PSCI_INVALID_PARAMETERS;
	if (pen[cpu].on || cpu == 0)
		return PSCI_ALREADY_ON;
	pen[cpu].on = true;
	pen[cpu].context = context;
	send_event();
	pen[cpu].entry = entry;
	send_event();
	return PSCI_SUCCESS;
}

static uint64_t affinity_info(uint64_t cpu)
{
	if (cpu >= MAX_CPUS)
		return PSCI_INVALID_PARAMETERS;
	return cpu == 0 || pen[cpu].on ? AFFINITY_ON : AFFINITY_OFF;
}

static uint64_t features(uint32_t function)
{
	switch (function) {
	case PSCI_VERSION:
	case PSCI_CPU_ON_64:
	case PSCI_AFFINITY_INFO_64:
	case PSCI_MIGRATE_INFO_TYPE:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
	case PSCI_FEATURES:
	case SMCCC_VERSION:
		return PSCI_SUCCESS;
	}
	return PSCI_NOT_SUPPORTED;
}

bool handle_psci(struct smc_frame *frame)
{
	switch ((uint32_t)frame->x[0]) {
	case PSCI_VERSION:
		frame->x[0] = PSCI_1_1;
		return true;
	case PSCI_CPU_ON_64:
		frame->x[0] = cpu_on(frame->x[1] & 0xff, frame->x[2], frame->x[3]);
		return true;
	case PSCI_AFFINITY_INFO_64:
		frame->x[0] = affinity_info(frame->x[1] & 0xff);
		return true;
	case PSCI_MIGRATE_INFO_TYPE:
		frame->x[0] = TOS_NOT_PRESENT;
		return true;
	case PSCI_SYSTEM_OFF:
		power_off();
	case PSCI_SYSTEM_RESET:
		restart();
	case PSCI_FEATURES:
		frame->x[0] = features(frame->x[1]);
		return true;
	}
	return false;
}
