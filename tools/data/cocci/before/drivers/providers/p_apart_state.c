// SPDX-License-Identifier: GPL-2.0
/* What p_apart_main.c looks at. */
#include <linux/module.h>

static struct p_apart *p_apart_only;

struct p_apart *p_apart_state(void)
{
	return p_apart_only;
}

int p_apart_start(struct platform_device *pdev)
{
	p_apart_only = platform_get_drvdata(pdev);
	return 0;
}
