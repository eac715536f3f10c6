// SPDX-License-Identifier: GPL-2.0
/*
 * Start of the machine: interrupt controller, TPM, tables, kernel.
 */
#include "monitor.h"

/* GICv3, IHI 0069: distributor and redistributor registers */
#define GICD_CTLR		0x0000
#define GICD_CTLR_ARE_S		(1 << 4)
#define GICD_CTLR_ARE_NS	(1 << 5)
#define GICD_IGROUPR		0x0080
#define GICD_IGRPMODR		0x0d00
#define GICD_NR_WORDS		32
#define GICR_WAKER		0x0014
#define GICR_WAKER_SLEEP	(1 << 1)
#define GICR_WAKER_ASLEEP	(1 << 2)
#define GICR_SGI_FRAME		0x10000

/* PL061, DDI 0190: the pins that switch QEMU's "virt" off and start it anew */
#define GPIODIR			0x400
#define GPIO_PIN(n)		(1 << (n))
#define GPIODATA(pins)		((pins) << 2)

/* DDI 0487, C5.2.19: D, A, I and F masked, on the stack of EL2 or EL1 */
#define SPSR_EL2H		0x3c9
#define SPSR_EL1H		0x3c5

void monitor_main(void) __attribute__((noreturn));
void unexpected_exception(uint64_t x0, uint64_t esr, uint64_t elr) __attribute__((noreturn));

bool el2_present(void)
{
	uint64_t pfr0;

	asm("mrs %0, id_aa64pfr0_el1" : "=r" (pfr0));
	return pfr0 >> 8 & 0xf;
}

uint64_t lower_spsr(void)
{
	return el2_present() ? SPSR_EL2H : SPSR_EL1H;
}

static void pull_pin(unsigned int pin)
{
	write32(SECURE_GPIO_BASE + GPIODIR, GPIO_PIN(pin));
	write32(SECURE_GPIO_BASE + GPIODATA(GPIO_PIN(pin)), GPIO_PIN(pin));
	for (;;)
		wait_for_event();
}

void power_off(void)
{
	pull_pin(0);
	__builtin_unreachable();
}

void restart(void)
{
	pull_pin(1);
	__builtin_unreachable();
}

void unexpected_exception(uint64_t x0, uint64_t esr, uint64_t elr)
{
	(void)x0;
	say_hex("elr ", elr);
	give_up("unexpected exception, esr ", esr);
}

/* Of this CPU: wake its part of the interrupt controller. */
void start_redistributor(void)
{
	uintptr_t redistributor = GICR_BASE + cpu_number() * GICR_STRIDE;

	write32(redistributor + GICR_WAKER,
		read32(redistributor + GICR_WAKER) & ~GICR_WAKER_SLEEP);
	while (read32(redistributor + GICR_WAKER) & GICR_WAKER_ASLEEP)
		;
	write32(redistributor + GICR_SGI_FRAME + GICD_IGROUPR, ~0U);
	write32(redistributor + GICR_SGI_FRAME + GICD_IGRPMODR, 0);
}

/* All interrupts belong to the non-secure side. */
static void start_gic(void)
{
	int i;

	write32(GICD_BASE + GICD_CTLR, GICD_CTLR_ARE_S | GICD_CTLR_ARE_NS);
	for (i = 1; i < GICD_NR_WORDS; i++) {
		write32(GICD_BASE + GICD_IGROUPR + 4 * i, ~0U);
		write32(GICD_BASE + GICD_IGRPMODR + 4 * i, 0);
	}
	start_redistributor();
}

void monitor_main(void)
{
	say("monitor: start\n");
	start_gic();
	tis_start();
	tpm_start();
	acpi_fix_up();
	efi_hand_over();
	say("monitor: kernel\n");
	enter_lower(KERNEL_BASE, DTB_BASE, lower_spsr());
}
