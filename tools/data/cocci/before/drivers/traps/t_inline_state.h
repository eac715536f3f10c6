/* SPDX-License-Identifier: GPL-2.0 */
static inline bool p_flag_is_ready(void)
{
	return t_inline_state;
}
