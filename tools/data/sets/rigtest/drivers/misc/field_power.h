/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FIELD_POWER_H
#define _FIELD_POWER_H

#include <linux/types.h>

/* Whether the GPIO bank has power. The boot loader has switched it on. */
extern bool field_power_is_on;

#endif /* _FIELD_POWER_H */
