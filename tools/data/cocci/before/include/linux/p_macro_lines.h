/* SPDX-License-Identifier: GPL-2.0 */
int __p_macro_get(struct device *dev, struct module *owner);

#define P_MACRO_LINES(dev) \
__p_macro_get(dev, THIS_MODULE)
