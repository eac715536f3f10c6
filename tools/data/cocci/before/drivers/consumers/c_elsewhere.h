/* SPDX-License-Identifier: GPL-2.0 */
#ifdef CONFIG_P_FLAG
#include <asm/p_flag.h>
#else
static inline bool p_flag_is_ready(void)
{
	return false;
}
#endif
