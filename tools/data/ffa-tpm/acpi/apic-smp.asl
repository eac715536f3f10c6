/* SPDX-License-Identifier: GPL-2.0 */
/* For a machine with two CPUs. */
#define SECOND_CPU
#include "apic.asl"
