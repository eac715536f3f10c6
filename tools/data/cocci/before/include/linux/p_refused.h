/* SPDX-License-Identifier: GPL-2.0 */
#define P_REFUSED_NAME "p_refused"

static inline bool is_p_refused(struct device *dev)
{
	return !strcmp(dev_driver_string(dev), P_REFUSED_NAME);
}
