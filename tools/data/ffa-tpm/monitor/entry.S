/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reset, exceptions and the way down to the kernel. Section numbers are those of
 * the Arm Architecture Reference Manual (DDI 0487).
 */
#include "layout.h"

#define STACK_SHIFT	13
#define FRAME_SIZE	256

	.section .text.reset, "ax"
	.global _start
_start:
	/* D19.2: no traps, all of memory reachable, EL3 uses no MMU */
	adr	x0, vectors
	msr	vbar_el3, x0
	msr	cptr_el3, xzr
	msr	mdcr_el3, xzr
	/*
	 * SCR_EL3: RW (EL2 or EL1 is AArch64), HCE, SIF cleared, SMC enabled, NS,
	 * and the ACKNOWLEDGE bits: RES1 5:4, ST for the secure timer.
	 */
	mov	x0, #0x535
	msr	scr_el3, x0
	/* GICv3 system registers for all levels, and no priority masked, from EL3 */
	mov	x0, #0xf
	msr	S3_6_C12_C12_5, x0	/* ICC_SRE_EL3 */
	isb
	mov	x0, #0xff
	msr	S3_0_C4_C6_0, x0	/* ICC_PMR_EL1 */
	isb
	bl	cpu_number
	adrp	x1, stacks
	add	x1, x1, :lo12:stacks
	add	x2, x0, #1
	lsl	x2, x2, #STACK_SHIFT
	add	x1, x1, x2
	mov	sp, x1
	cbnz	x0, 2f
	adrp	x1, __bss_start
	add	x1, x1, :lo12:__bss_start
	adrp	x2, __bss_end
	add	x2, x2, :lo12:__bss_end
1:	cmp	x1, x2
	b.hs	3f
	str	xzr, [x1], #8
	b	1b
3:	bl	monitor_main
2:	bl	secondary_wait

	.text
	.global cpu_number
cpu_number:
	mrs	x0, mpidr_el1
	and	x0, x0, #0xff
	ret

	.global wait_for_event
wait_for_event:
	wfe
	ret

	.global send_event
send_event:
	dsb	sy
	sev
	ret

	/* x0: entry, x1: its x0, x2: SPSR; the stack is empty again for the next SMC */
	.global enter_lower
enter_lower:
	msr	elr_el3, x0
	msr	spsr_el3, x2
	mov	x3, sp
	orr	x3, x3, #((1 << STACK_SHIFT) - 1)
	add	x3, x3, #1
	mov	x4, sp
	tst	x4, #((1 << STACK_SHIFT) - 1)
	csel	x3, x4, x3, eq
	mov	sp, x3
	mov	x0, x1
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	mov	x4, xzr
	eret

	.macro unexpected
	.balign 128
	mrs	x1, esr_el3
	mrs	x2, elr_el3
	b	unexpected_exception
	.endm

	/* D1.3.1.1: four groups of four; only SMC from a lower level is expected */
	.balign 2048
vectors:
	.rept 8
	unexpected
	.endr
	.balign 128
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp, #0]
	stp	x2, x3, [sp, #16]
	b	lower_sync
	.rept 7
	unexpected
	.endr

lower_sync:
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x1, elr_el3
	stp	x30, x1, [sp, #240]
	mrs	x1, esr_el3
	mrs	x2, elr_el3
	lsr	x3, x1, #26
	cmp	x3, #0x17		/* SMC from AArch64 */
	b.ne	unexpected_exception
	mov	x0, sp
	bl	handle_smc
	ldp	x0, x1, [sp, #0]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldr	x30, [sp, #240]
	add	sp, sp, #FRAME_SIZE
	eret

	.section .bss.stacks, "aw", %nobits
	.balign (1 << STACK_SHIFT)
stacks:
	.skip	(MAX_CPUS << STACK_SHIFT)
