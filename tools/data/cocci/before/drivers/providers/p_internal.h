/* SPDX-License-Identifier: GPL-2.0 */
int p_internal_register(struct platform_device *pdev);
int p_internal_use(void);
