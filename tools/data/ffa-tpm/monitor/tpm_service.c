// SPDX-License-Identifier: GPL-2.0
/*
 * TPM Service Command Response Buffer Interface over FF-A 1.0 (DEN0138).
 *
 * The registers are those of the TCG PC Client Platform TPM Profile (PTP) 1.05,
 * section 6.5.3, in memory; Linux calls "start" when it has written to them.
 */
#include "monitor.h"

/* DEN0138, table 8 and following */
#define GET_INTERFACE_VERSION	0x0f000001U
#define START			0x0f000201U
#define START_COMMAND		0
#define START_LOCALITY		1
#define VERSION_1_0		0x00010000U
#define OK			0x05000001U
#define OK_RESULTS_RETURNED	0x05000002U
#define NOFUNC			0x8e000001U
#define INVARG			0x8e000005U

/* PTP, table 23: CRB registers of locality 0 */
#define LOC_STATE		0x00
#define LOC_STATE_ASSIGNED	0x02
#define LOC_STATE_VALID		0x80
#define LOC_CTRL		0x08
#define LOC_CTRL_REQUEST	(1 << 0)
#define LOC_CTRL_RELINQUISH	(1 << 1)
#define CTRL_REQ		0x40
#define CTRL_REQ_CMD_READY	(1 << 0)
#define CTRL_REQ_GO_IDLE	(1 << 1)
#define CTRL_STS		0x44
#define CTRL_STS_IDLE		(1 << 1)
#define CTRL_START		0x4c
#define CTRL_CMD_SIZE		0x58
#define CTRL_CMD_ADDR		0x5c
#define CTRL_RSP_SIZE		0x64
#define CTRL_RSP_ADDR		0x68

void tpm_start(void)
{
	write32(CRB_BASE + LOC_STATE, LOC_STATE_VALID);
	write32(CRB_BASE + CTRL_STS, CTRL_STS_IDLE);
	write32(CRB_BASE + CTRL_CMD_SIZE, CRB_BUFFER_SIZE);
	write32(CRB_BASE + CTRL_CMD_ADDR, CRB_BASE + CRB_BUFFER_OFFSET);
	write32(CRB_BASE + CTRL_CMD_ADDR + 4, 0);
	write32(CRB_BASE + CTRL_RSP_SIZE, CRB_BUFFER_SIZE);
	write32(CRB_BASE + CTRL_RSP_ADDR, CRB_BASE + CRB_BUFFER_OFFSET);
	write32(CRB_BASE + CTRL_RSP_ADDR + 4, 0);
}

static uint32_t start_locality(void)
{
	uint32_t control = read32(CRB_BASE + LOC_CTRL);

	write32(CRB_BASE + LOC_CTRL, 0);
	if (control & LOC_CTRL_REQUEST)
		write32(CRB_BASE + LOC_STATE, LOC_STATE_VALID | LOC_STATE_ASSIGNED);
	if (control & LOC_CTRL_RELINQUISH)
		write32(CRB_BASE + LOC_STATE, LOC_STATE_VALID);
	return OK;
}

static uint32_t start_command(void)
{
	volatile uint8_t *buffer = (volatile uint8_t *)(uintptr_t)(CRB_BASE + CRB_BUFFER_OFFSET);
	uint32_t request = read32(CRB_BASE + CTRL_REQ), status = read32(CRB_BASE + CTRL_STS);

	write32(CRB_BASE + CTRL_REQ, 0);
	if (request & CTRL_REQ_CMD_READY)
		status &= ~CTRL_STS_IDLE;
	if (request & CTRL_REQ_GO_IDLE)
		status |= CTRL_STS_IDLE;
	write32(CRB_BASE + CTRL_STS, status);
	if (read32(CRB_BASE + CTRL_START) & 1) {
		tis_command(buffer, CRB_BUFFER_SIZE, buffer, CRB_BUFFER_SIZE);
		write32(CRB_BASE + CTRL_START, 0);
	}
	return OK;
}

/* Without FF-A: there is one locality, which is never idle, and one function. */
bool handle_tpm(struct smc_frame *frame)
{
	if (!acpi_tpm_smc() || (uint32_t)frame->x[0] != acpi_tpm_smc())
		return false;
	start_command();
	frame->x[0] = 0;
	return true;
}

uint32_t tpm_service(uint32_t function, uint32_t argument, uint32_t locality, uint32_t *result)
{
	switch (function) {
	case GET_INTERFACE_VERSION:
		*result = VERSION_1_0;
		return OK_RESULTS_RETURNED;
	case START:
		if (locality != 0 || argument > START_LOCALITY)
			return INVARG;
		return argument == START_LOCALITY ? start_locality() : start_command();
	}
	return NOFUNC;
}
