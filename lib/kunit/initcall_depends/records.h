/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _INITCALL_DEPENDS_RECORDS_H
#define _INITCALL_DEPENDS_RECORDS_H

#include <linux/initcall_module.h>
#include <linux/kconfig.h>

/* The opposite of initcall_ref_target(); relative references have 32 bits. */
static inline void set_ref(initcall_ref_t *ref, const void *target)
{
	long value = (long)target;

	if (IS_ENABLED(CONFIG_HAVE_ARCH_PREL32_RELOCATIONS) && target)
		value -= (long)ref;
	*ref = (initcall_ref_t)value;
}

#endif /* _INITCALL_DEPENDS_RECORDS_H */
