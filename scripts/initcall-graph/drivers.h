/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_GRAPH_DRIVERS_H
#define _INITCALL_GRAPH_DRIVERS_H

#include "kbuild.h"
#include "plan.h"

/**
 * enum drivers - which drivers a module registers, a set of bits
 * @DRIVERS_HELD: of which devices can be held
 * @DRIVERS_ONCE: with platform_driver_probe(), which are gone if a device is held
 */
enum drivers {
	DRIVERS_HELD = 1,
	DRIVERS_ONCE = 2,
};

unsigned int find_drivers(const struct plan *plan, u32 module, const struct kbuild *kbuild);

#endif /* _INITCALL_GRAPH_DRIVERS_H */
