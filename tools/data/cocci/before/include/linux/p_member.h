/* SPDX-License-Identifier: GPL-2.0 */
struct p_member_shared {
	bool p_member_up;
	bool several_up;
};
