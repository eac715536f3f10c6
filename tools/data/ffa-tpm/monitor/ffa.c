// SPDX-License-Identifier: GPL-2.0
/*
 * Arm Firmware Framework 1.2 (DEN0077A), seen from the normal world: version,
 * features, buffers, discovery of one partition, and direct messages to it.
 */
#include "monitor.h"

#define FFA_ERROR			0x84000060U
#define FFA_SUCCESS_32			0x84000061U
#define FFA_SUCCESS_64			0xc4000061U
#define FFA_VERSION			0x84000063U
#define FFA_FEATURES			0x84000064U
#define FFA_RX_RELEASE			0x84000065U
#define FFA_RXTX_MAP_64			0xc4000066U
#define FFA_RXTX_UNMAP			0x84000067U
#define FFA_PARTITION_INFO_GET		0x84000068U
#define FFA_ID_GET			0x84000069U
#define FFA_MSG_SEND_DIRECT_REQ_32	0x8400006fU
#define FFA_MSG_SEND_DIRECT_REQ_64	0xc400006fU
#define FFA_SPM_ID_GET			0x84000085U
#define FFA_PARTITION_INFO_GET_REGS	0xc400008bU
#define FFA_MSG_SEND_DIRECT_REQ2	0xc400008dU
#define FFA_FIRST_32			0x84000060U
#define FFA_LAST_32			0x840000efU
#define FFA_64_BIT			0x40000000U

#define FFA_1_2				0x10002
#define FFA_NOT_SUPPORTED		(-1)
#define FFA_INVALID_PARAMETERS		(-2)
#define FFA_DENIED			(-6)

/* Table 6.1: partition properties */
#define RECEIVES_DIRECT_REQ		(1U << 0)
#define RUNS_AARCH64			(1U << 8)
#define RECEIVES_DIRECT_REQ2		(1U << 9)
#define INFO_COUNT_ONLY			(1U << 0)
#define DESCRIPTOR_SIZE			24

#define PAGE_SIZE			4096
#define VM_ID				0
#define SPMC_ID				0x8000
#define TPM_ID				0x8001

/* DEN0138, 3.1: UUID of the TPM service, in the byte order of RFC 4122 */
static const uint8_t tpm_uuid[16] = {
	0x17, 0xb8, 0x62, 0xa4, 0x18, 0x06, 0x4f, 0xaf,
	0x86, 0xb3, 0x08, 0x9a, 0x58, 0x35, 0x38, 0x61,
};

static struct {
	uint64_t tx;
	uint64_t rx;
	bool rx_full;
} buffers;

static void fail(struct smc_frame *frame, int code)
{
	int i;

	frame->x[0] = FFA_ERROR;
	frame->x[1] = 0;
	frame->x[2] = (uint32_t)code;
	for (i = 3; i < 8; i++)
		frame->x[i] = 0;
}

static void succeed(struct smc_frame *frame, uint64_t x2)
{
	int i;

	frame->x[0] = FFA_SUCCESS_32;
	frame->x[1] = 0;
	frame->x[2] = x2;
	for (i = 3; i < 8; i++)
		frame->x[i] = 0;
}

/*
 * The pKVM hypervisor does not pass on FFA_MSG_SEND_DIRECT_REQ2, but Linux uses
 * it when the partition takes it, so with EL2 present the partition does not.
 */
static uint32_t properties(void)
{
	return RECEIVES_DIRECT_REQ | RUNS_AARCH64 | (el2_present() ? 0 : RECEIVES_DIRECT_REQ2);
}

static void features(struct smc_frame *frame)
{
	switch ((uint32_t)frame->x[1]) {
	case FFA_ERROR:
	case FFA_SUCCESS_32:
	case FFA_SUCCESS_64:
	case FFA_VERSION:
	case FFA_FEATURES:
	case FFA_RX_RELEASE:
	case FFA_RXTX_MAP_64:	/* x2 0: 4 KiB is the smallest size and alignment */
	case FFA_RXTX_UNMAP:
	case FFA_PARTITION_INFO_GET:
	case FFA_ID_GET:
	case FFA_MSG_SEND_DIRECT_REQ_32:
	case FFA_MSG_SEND_DIRECT_REQ_64:
	case FFA_SPM_ID_GET:
	case FFA_PARTITION_INFO_GET_REGS:
		succeed(frame, 0);
		return;
	case FFA_MSG_SEND_DIRECT_REQ2:
		if (properties() & RECEIVES_DIRECT_REQ2) {
			succeed(frame, 0);
			return;
		}
	}
	fail(frame, FFA_NOT_SUPPORTED);
}

static void rxtx_map(struct smc_frame *frame)
{
	if (buffers.rx) {
		fail(frame, FFA_DENIED);
		return;
	}
	if (!frame->x[1] || !frame->x[2] || ((frame->x[1] | frame->x[2]) & (PAGE_SIZE - 1)) ||
	    !(frame->x[3] & 0x3f)) {
		fail(frame, FFA_INVALID_PARAMETERS);
		return;
	}
	buffers.tx = frame->x[1];
	buffers.rx = frame->x[2];
	succeed(frame, 0);
}

static void rxtx_unmap(struct smc_frame *frame)
{
	if (!buffers.rx) {
		fail(frame, FFA_INVALID_PARAMETERS);
		return;
	}
	buffers.tx = 0;
	buffers.rx = 0;
	succeed(frame, 0);
}

/* A UUID travels in registers as bytes, the first in the lowest ones. */
static bool uuid_wanted(const uint32_t words[4])
{
	int i, nil = 1, ours = 1;

	for (i = 0; i < 16; i++) {
		uint8_t byte = words[i / 4] >> 8 * (i % 4);

		nil &= byte == 0;
		ours &= byte == tpm_uuid[i];
	}
	return nil || ours;
}

static void write_descriptor(uintptr_t to)
{
	int i;

	write32(to, TPM_ID | 1 << 16);	/* one execution context */
	write32(to + 4, properties());
	for (i = 0; i < 16; i++)
		write8(to + 8 + i, tpm_uuid[i]);
}

static void partition_info_get(struct smc_frame *frame)
{
	uint32_t uuid[4] = { frame->x[1], frame->x[2], frame->x[3], frame->x[4] };
	bool count_only = frame->x[5] & INFO_COUNT_ONLY;

	if (!uuid_wanted(uuid)) {
		fail(frame, FFA_INVALID_PARAMETERS);
		return;
	}
	if (!count_only) {
		if (!buffers.rx || buffers.rx_full) {
			fail(frame, FFA_DENIED);
			return;
		}
		write_descriptor(buffers.rx);
		buffers.rx_full = true;
	}
	succeed(frame, 1);
	frame->x[3] = count_only ? 0 : DESCRIPTOR_SIZE;
}

static uint64_t uuid_half(int from)
{
	uint64_t half = 0;
	int i;

	for (i = 7; i >= 0; i--)
		half = half << 8 | tpm_uuid[from + i];
	return half;
}

static void partition_info_get_regs(struct smc_frame *frame)
{
	uint32_t uuid[4] = { frame->x[1], frame->x[1] >> 32, frame->x[2], frame->x[2] >> 32 };
	int i;

	if (!uuid_wanted(uuid) || (frame->x[3] & 0xffff)) {
		fail(frame, FFA_INVALID_PARAMETERS);
		return;
	}
	for (i = 0; i < 18; i++)
		frame->x[i] = 0;
	frame->x[0] = FFA_SUCCESS_64;
	frame->x[2] = (uint64_t)DESCRIPTOR_SIZE << 48;	/* last and current index: 0 */
	frame->x[3] = (uint64_t)properties() << 32 | 1 << 16 | TPM_ID;
	frame->x[4] = uuid_half(0);
	frame->x[5] = uuid_half(8);
}

static void direct_req(struct smc_frame *frame)
{
	uint32_t caller = frame->x[1] >> 16 & 0xffff, result = 0;

	if ((frame->x[1] & 0xffff) != TPM_ID) {
		fail(frame, FFA_INVALID_PARAMETERS);
		return;
	}
	frame->x[4] = tpm_service(frame->x[4], frame->x[5], frame->x[6], &result);
	frame->x[5] = result;
	frame->x[0] += 1;		/* the response to this request */
	frame->x[1] = (uint64_t)TPM_ID << 16 | caller;
	frame->x[2] = 0;
	frame->x[3] = 0;
	frame->x[6] = 0;
	frame->x[7] = 0;
}

static void direct_req2(struct smc_frame *frame)
{
	uint32_t uuid[4] = { frame->x[2], frame->x[2] >> 32, frame->x[3], frame->x[3] >> 32 };
	uint32_t caller = frame->x[1] >> 16 & 0xffff, result = 0;
	int i;

	if (!(properties() & RECEIVES_DIRECT_REQ2)) {
		fail(frame, FFA_NOT_SUPPORTED);
		return;
	}
	if ((frame->x[1] & 0xffff) != TPM_ID || !uuid_wanted(uuid)) {
		fail(frame, FFA_INVALID_PARAMETERS);
		return;
	}
	frame->x[4] = tpm_service(frame->x[4], frame->x[5], frame->x[6], &result);
	frame->x[5] = result;
	frame->x[0] += 1;
	frame->x[1] = (uint64_t)TPM_ID << 16 | caller;
	frame->x[2] = 0;
	frame->x[3] = 0;
	for (i = 6; i < 18; i++)
		frame->x[i] = 0;
}

static void rx_release(struct smc_frame *frame)
{
	if (!buffers.rx_full) {
		fail(frame, FFA_DENIED);
		return;
	}
	buffers.rx_full = false;
	succeed(frame, 0);
}

bool handle_ffa(struct smc_frame *frame)
{
	uint32_t function = frame->x[0];

	if (acpi_tpm_smc())
		return false;
	switch (function) {
	case FFA_VERSION:
		frame->x[0] = FFA_1_2;
		return true;
	case FFA_FEATURES:
		features(frame);
		return true;
	case FFA_ID_GET:
		succeed(frame, VM_ID);
		return true;
	case FFA_SPM_ID_GET:
		succeed(frame, SPMC_ID);
		return true;
	case FFA_RXTX_MAP_64:
		rxtx_map(frame);
		return true;
	case FFA_RXTX_UNMAP:
		rxtx_unmap(frame);
		return true;
	case FFA_RX_RELEASE:
		rx_release(frame);
		return true;
	case FFA_PARTITION_INFO_GET:
		partition_info_get(frame);
		return true;
	case FFA_PARTITION_INFO_GET_REGS:
		partition_info_get_regs(frame);
		return true;
	case FFA_MSG_SEND_DIRECT_REQ_32:
	case FFA_MSG_SEND_DIRECT_REQ_64:
		direct_req(frame);
		return true;
	case FFA_MSG_SEND_DIRECT_REQ2:
		direct_req2(frame);
		return true;
	}
	function &= ~FFA_64_BIT;
	if (function < FFA_FIRST_32 || function > FFA_LAST_32)
		return false;
	fail(frame, FFA_NOT_SUPPORTED);
	return true;
}
