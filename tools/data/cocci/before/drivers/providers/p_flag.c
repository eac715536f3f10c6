// SPDX-License-Identifier: GPL-2.0
/* A flag, looked at through a helper. */
#include <linux/module.h>
#include <linux/platform_device.h>

static bool ready;

static bool is_ready(void)
{
	return READ_ONCE(ready);
}

bool p_flag_is_ready(void)
{
	return is_ready();
}
EXPORT_SYMBOL_GPL(p_flag_is_ready);

int p_flag_use(void)
{
	if (!ready)
		return -ENODEV;

	return 0;
}
EXPORT_SYMBOL_GPL(p_flag_use);

void p_flag_poke(void)
{
	if (ready)
		writel(1, base);
}
EXPORT_SYMBOL_GPL(p_flag_poke);

static void p_flag_start(void)
{
	ready = true;
}

static int p_flag_probe(struct platform_device *pdev)
{
	p_flag_start();
	return 0;
}

static struct platform_driver p_flag_driver = {
	.probe = p_flag_probe,
};

static int __init p_flag_init(void)
{
	return platform_driver_register(&p_flag_driver);
}
subsys_initcall(p_flag_init);
