/* SPDX-License-Identifier: GPL-2.0 */
static inline int p_stub_write(u8 mask, u8 value)
{
	return t_inline_own_write(mask, value);
}

static inline int t_inline_own_set(u8 mask)
{
	return p_stub_write(mask, mask);
}
