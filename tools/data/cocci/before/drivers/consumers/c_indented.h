/* SPDX-License-Identifier: GPL-2.0 */
#ifdef CONFIG_P_FLAG
	bool p_flag_is_ready(void);
#else
static inline bool p_flag_is_ready(void)
{
	return c_indented_anyway;
}
#endif
