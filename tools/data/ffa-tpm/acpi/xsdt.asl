/* SPDX-License-Identifier: GPL-2.0 */
/* ACPI 6.3, 5.2.8: the list of tables. */
#include "layout.h"

[0004]                     Signature : "XSDT"
[0004]                  Table Length : 00000000
[0001]                      Revision : 01
[0001]                      Checksum : 00
[0006]                        Oem ID : "INITCD"
[0008]                  Oem Table ID : "FFATPM  "
[0004]                  Oem Revision : 00000001
[0004]               Asl Compiler ID : "INTL"
[0004]         Asl Compiler Revision : 00000000

[0008]          ACPI Table Address 0 : HEX_FACP_BASE
[0008]          ACPI Table Address 0 : HEX_APIC_BASE
[0008]          ACPI Table Address 0 : HEX_GTDT_BASE
[0008]          ACPI Table Address 0 : HEX_TPM2_BASE
