/* SPDX-License-Identifier: GPL-2.0 */
#ifdef CONFIG_P_STUB
int p_stub_write(u8 mask, u8 value);
#else
static inline int p_stub_write(u8 mask, u8 value)
{
	return 0;
}
#endif

static inline int p_stub_set(u8 mask)
{
	return p_stub_write(mask, mask);
}
