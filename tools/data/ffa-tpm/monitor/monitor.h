/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A minimal EL3 monitor for QEMU "virt" (secure=on, GICv3): enough firmware for
 * Linux to find a TPM by the Command Response Buffer over FF-A.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

/* What an SMC finds in the registers, and what it leaves there; see entry.S */
struct smc_frame {
	uint64_t x[31];
	uint64_t elr;
};

static inline uint32_t read32(uintptr_t address)
{
	return *(volatile uint32_t *)address;
}

static inline void write32(uintptr_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

static inline uint8_t read8(uintptr_t address)
{
	return *(volatile uint8_t *)address;
}

static inline void write8(uintptr_t address, uint8_t value)
{
	*(volatile uint8_t *)address = value;
}

/* entry.S */
void enter_lower(uint64_t entry, uint64_t x0, uint64_t spsr) __attribute__((noreturn));
void wait_for_event(void);
void send_event(void);
uint64_t cpu_number(void);

/* main.c */
bool el2_present(void);
uint64_t lower_spsr(void);
void start_redistributor(void);
void power_off(void) __attribute__((noreturn));
void restart(void) __attribute__((noreturn));

/* console.c */
void say(const char *text);
void say_hex(const char *text, uint64_t value);
void give_up(const char *text, uint64_t value) __attribute__((noreturn));

/* smccc.c */
void handle_smc(struct smc_frame *frame);

/* psci.c */
bool handle_psci(struct smc_frame *frame);
void secondary_wait(void) __attribute__((noreturn));

/* ffa.c */
bool handle_ffa(struct smc_frame *frame);

/* tpm_service.c */
void tpm_start(void);
bool handle_tpm(struct smc_frame *frame);
uint32_t tpm_service(uint32_t function, uint32_t argument, uint32_t locality, uint32_t *result);

/* tis.c */
void tis_start(void);
void tis_command(const volatile uint8_t *command, size_t command_size,
		 volatile uint8_t *response, size_t response_size);

/* acpi.c */
void acpi_fix_up(void);
/* The function that starts a command of the TPM, 0 if it is reached over FF-A */
uint32_t acpi_tpm_smc(void);

/* efi.c */
void efi_hand_over(void);

#endif
