// SPDX-License-Identifier: GPL-2.0
/*
 * The monitor's own console: the secure PL011 (DDI 0183).
 */
#include "monitor.h"

#define UARTDR		0x00
#define UARTFR		0x18
#define UARTFR_TXFF	(1 << 5)

static void say_char(char c)
{
	while (read32(SECURE_UART_BASE + UARTFR) & UARTFR_TXFF)
		;
	write32(SECURE_UART_BASE + UARTDR, c);
}

void say(const char *text)
{
	while (*text)
		say_char(*text++);
}

void say_hex(const char *text, uint64_t value)
{
	int shift;

	say(text);
	say("0x");
	for (shift = 60; shift >= 0; shift -= 4)
		say_char("0123456789abcdef"[value >> shift & 0xf]);
	say("\n");
}

void give_up(const char *text, uint64_t value)
{
	say("monitor: error: ");
	say_hex(text, value);
	power_off();
}
