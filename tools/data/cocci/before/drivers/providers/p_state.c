// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/platform_device.h>
#include "p_state.h"

static struct {
	bool ready;
} state;

int p_state_check(void)
{
	return state.ready ? 0 : -EPROBE_DEFER;
}

static int p_state_probe(struct platform_device *pdev)
{
	state.ready = true;
	return 0;
}

static struct platform_driver p_state_driver = {
	.probe = p_state_probe,
};
module_platform_driver(p_state_driver);
