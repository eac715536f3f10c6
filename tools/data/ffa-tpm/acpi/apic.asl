/* SPDX-License-Identifier: GPL-2.0 */
/* ACPI 6.3, 5.2.12.14 and 5.2.12.15: GICv3 of QEMU "virt", one CPU or two. */
#include "layout.h"

[0004]                     Signature : "APIC"
[0004]                  Table Length : 00000000
[0001]                      Revision : 05
[0001]                      Checksum : 00
[0006]                        Oem ID : "INITCD"
[0008]                  Oem Table ID : "FFATPM  "
[0004]                  Oem Revision : 00000001
[0004]               Asl Compiler ID : "INTL"
[0004]         Asl Compiler Revision : 00000000

[0004]            Local Apic Address : 00000000
[0004]         Flags (decoded below) : 00000000
                 PC-AT Compatibility : 0

[0001]                 Subtable Type : 0C
[0001]                        Length : 18
[0002]                      Reserved : 0000
[0004]         Local GIC Hardware ID : 00000000
[0008]                  Base Address : HEX_GICD_BASE
[0004]                Interrupt Base : 00000000
[0001]                       Version : 03
[0003]                      Reserved : 000000

[0001]                 Subtable Type : 0B
[0001]                        Length : 50
[0002]                      Reserved : 0000
[0004]          CPU Interface Number : 00000000
[0004]                 Processor UID : 00000000
[0004]         Flags (decoded below) : 00000001
                   Processor Enabled : 1
  Performance Interrupt Trigger Mode : 0
  Virtual GIC Interrupt Trigger Mode : 0
[0004]      Parking Protocol Version : 00000000
[0004]         Performance Interrupt : 00000000
[0008]                Parked Address : 0000000000000000
[0008]                  Base Address : 0000000000000000
[0008]      Virtual GIC Base Address : 0000000000000000
[0008]   Hypervisor GIC Base Address : 0000000000000000
[0004]         Virtual GIC Interrupt : 00000019
[0008]    Redistributor Base Address : 0000000000000000
[0008]                     ARM MPIDR : 0000000000000000
[0001]              Efficiency Class : 00
[0001]                      Reserved : 00
[0002]        SPE Overflow Interrupt : 0000

#ifdef SECOND_CPU
[0001]                 Subtable Type : 0B
[0001]                        Length : 50
[0002]                      Reserved : 0000
[0004]          CPU Interface Number : 00000001
[0004]                 Processor UID : 00000001
[0004]         Flags (decoded below) : 00000001
                   Processor Enabled : 1
  Performance Interrupt Trigger Mode : 0
  Virtual GIC Interrupt Trigger Mode : 0
[0004]      Parking Protocol Version : 00000000
[0004]         Performance Interrupt : 00000000
[0008]                Parked Address : 0000000000000000
[0008]                  Base Address : 0000000000000000
[0008]      Virtual GIC Base Address : 0000000000000000
[0008]   Hypervisor GIC Base Address : 0000000000000000
[0004]         Virtual GIC Interrupt : 00000019
[0008]    Redistributor Base Address : 0000000000000000
[0008]                     ARM MPIDR : 0000000000000001
[0001]              Efficiency Class : 00
[0001]                      Reserved : 00
[0002]        SPE Overflow Interrupt : 0000
#endif

[0001]                 Subtable Type : 0E
[0001]                        Length : 10
[0002]                      Reserved : 0000
[0008]                  Base Address : HEX_GICR_BASE
[0004]                        Length : 00080000
