/* SPDX-License-Identifier: GPL-2.0 */
#ifdef CONFIG_P_UNSEEN
bool p_unexported_is_ready(void);
bool t_unexported_is_ready(void);
#else
static inline bool p_unexported_is_ready(void) { return false; }
#endif
