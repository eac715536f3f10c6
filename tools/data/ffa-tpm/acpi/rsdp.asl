/* SPDX-License-Identifier: GPL-2.0 */
/* ACPI 6.3, 5.2.5.3: where to start. */
#include "layout.h"

[0008]                     Signature : "RSD PTR "
[0001]                      Checksum : 00
[0006]                        Oem ID : "INITCD"
[0001]                      Revision : 02
[0004]                  RSDT Address : 00000000
[0004]                        Length : 00000024
[0008]                  XSDT Address : HEX_XSDT_BASE
[0001]             Extended Checksum : 00
[0003]                      Reserved : 000000
