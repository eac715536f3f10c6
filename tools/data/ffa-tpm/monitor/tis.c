// SPDX-License-Identifier: GPL-2.0
/*
 * The real TPM: QEMU's tpm-tis-device, by the FIFO interface of the TCG PC
 * Client Platform TPM Profile (PTP) 1.05, section 6.5.2, locality 0.
 */
#include "monitor.h"

#define TPM_ACCESS		0x00
#define ACCESS_REQUEST_USE	(1 << 1)
#define ACCESS_ACTIVE		(1 << 5)
#define TPM_STS			0x18
#define STS_DATA_AVAIL		(1 << 4)
#define STS_GO			(1 << 5)
#define STS_COMMAND_READY	(1 << 6)
#define STS_VALID		(1 << 7)
#define TPM_DATA_FIFO		0x24
#define TPM_DID_VID		0xf00
#define QEMU_DID_VID		0x00011014

#define HEADER_SIZE		10
#define PATIENCE		100000000UL

/* TPM 2.0 Library, Part 3, 9.3: TPM2_Startup(TPM_SU_CLEAR) */
static const uint8_t startup[] = {
	0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0x00, 0x00,
};

/*
 * Part 3, 22.2: TPM2_PCR_Extend of PCR 0, password session, SHA-256. Firmware
 * measures itself so that PCR 0, and with it the boot aggregate, is not trivial.
 */
static const uint8_t extend[] = {
	0x80, 0x02, 0, 0, 0, 65, 0, 0, 0x01, 0x82,
	0, 0, 0, 0,				/* PCR 0 */
	0, 0, 0, 9, 0x40, 0, 0, 0x09, 0, 0, 0, 0, 0,
	0, 0, 0, 1, 0x00, 0x0b,
	'F', 'F', '-', 'A', ' ', 'm', 'o', 'n', 'i', 't', 'o', 'r', ' ', 'f', 'o', 'r',
	' ', 'Q', 'E', 'M', 'U', ' ', 'v', 'i', 'r', 't', ',', ' ', 'P', 'C', 'R', '0',
};

static uint32_t size_of(const volatile uint8_t *message)
{
	return (uint32_t)message[2] << 24 | message[3] << 16 | message[4] << 8 | message[5];
}

static void wait_status(uint32_t wanted)
{
	unsigned long tries;

	for (tries = 0; tries < PATIENCE; tries++)
		if ((read32(TIS_BASE + TPM_STS) & wanted) == wanted)
			return;
	give_up("the TPM does not answer, status ", read32(TIS_BASE + TPM_STS));
}

static void read_response(volatile uint8_t *response, size_t size)
{
	uint32_t i, total = HEADER_SIZE;

	for (i = 0; i < total; i++) {
		if (i == size)
			give_up("response too long: ", total);
		response[i] = read8(TIS_BASE + TPM_DATA_FIFO);
		if (i == HEADER_SIZE - 1)
			total = size_of(response);
	}
}

void tis_command(const volatile uint8_t *command, size_t command_size,
		 volatile uint8_t *response, size_t response_size)
{
	uint32_t i, total = size_of(command);

	if (total < HEADER_SIZE || total > command_size)
		give_up("command of a wrong size: ", total);
	write32(TIS_BASE + TPM_STS, STS_COMMAND_READY);
	wait_status(STS_COMMAND_READY);
	for (i = 0; i < total; i++)
		write8(TIS_BASE + TPM_DATA_FIFO, command[i]);
	write32(TIS_BASE + TPM_STS, STS_GO);
	wait_status(STS_VALID | STS_DATA_AVAIL);
	read_response(response, response_size);
	write32(TIS_BASE + TPM_STS, STS_COMMAND_READY);
}

static void must_succeed(const uint8_t *command, size_t size)
{
	static uint8_t response[256];

	tis_command(command, size, response, sizeof(response));
	if (response[6] | response[7] | response[8] | response[9])
		give_up("TPM command failed: ", (uint64_t)response[8] << 8 | response[9]);
}

void tis_start(void)
{
	unsigned long tries;

	if (read32(TIS_BASE + TPM_DID_VID) != QEMU_DID_VID)
		give_up("no TPM, DID_VID ", read32(TIS_BASE + TPM_DID_VID));
	write8(TIS_BASE + TPM_ACCESS, ACCESS_REQUEST_USE);
	for (tries = 0; !(read8(TIS_BASE + TPM_ACCESS) & ACCESS_ACTIVE); tries++)
		if (tries == PATIENCE)
			give_up("locality 0 of the TPM not granted ", 0);
	must_succeed(startup, sizeof(startup));
	must_succeed(extend, sizeof(extend));
}
