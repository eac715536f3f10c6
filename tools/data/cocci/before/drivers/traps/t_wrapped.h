/* SPDX-License-Identifier: GPL-2.0 */
#define t_wrapped_register(pdev) __t_wrapped_register(pdev, THIS_MODULE)

int __t_wrapped_register(struct platform_device *pdev, struct module *owner);
int t_wrapped_use(void);
