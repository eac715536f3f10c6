// SPDX-License-Identifier: GPL-2.0
/* Not exported. */
#include <linux/module.h>
#include <linux/platform_device.h>

static void *state;

#ifdef CONFIG_SMP
bool p_unexported_is_ready(void)
{
	return !!READ_ONCE(state);
}
#else
bool p_unexported_is_ready(void)
{
	if (state)
		return true;
	else
		return false;
}
#endif

static int p_unexported_probe(struct platform_device *pdev)
{
	state = pdev;
	return 0;
}

static struct platform_driver p_unexported_driver = {
	.probe = p_unexported_probe,
	.driver = {
		.name = "p_unexported",
	},
};
module_platform_driver(p_unexported_driver);
