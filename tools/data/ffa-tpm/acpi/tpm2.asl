/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TCG ACPI Specification 1.4, table 7, with start method 15, "CRB using Arm FF-A"
 * (DEN0138, 2.2): the method parameters are flags, attributes, and the partition.
 * Older iasl do not know this method, so the table says 7, "CRB", until the
 * monitor corrects it, see acpi.c.
 */
#include "layout.h"

[0004]                     Signature : "TPM2"
[0004]                  Table Length : 00000000
[0001]                      Revision : 04
[0001]                      Checksum : 00
[0006]                        Oem ID : "INITCD"
[0008]                  Oem Table ID : "FFATPM  "
[0004]                  Oem Revision : 00000001
[0004]               Asl Compiler ID : "INTL"
[0004]         Asl Compiler Revision : 00000000

[0002]                Platform Class : 0000
[0002]                      Reserved : 0000
[0008]               Control Address : HEX_CRB_CONTROL_AREA
[0004]                  Start Method : 07
[0012]             Method Parameters : 00 00 01 80 00 00 00 00 00 00 00 00
[0004]            Minimum Log Length : 00000000
[0008]                   Log Address : 0000000000000000
