/* SPDX-License-Identifier: GPL-2.0 */
int __p_macro_get(struct device *dev, struct module *owner);
int __p_macro_other(struct device *dev, int number);

#define p_macro_get(dev) \
	__p_macro_get(dev, THIS_MODULE)

#define p_macro_other(dev) __p_macro_other(dev, 1)

static inline int p_inline_get(struct device *dev)
{
	return __p_macro_get(dev, NULL);
}
