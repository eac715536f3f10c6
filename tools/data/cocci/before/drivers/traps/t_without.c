// SPDX-License-Identifier: GPL-2.0
/* A helper that asks whether there is something, and takes another thing else. */
#include <linux/module.h>

static struct t_without *t_without_find(struct platform_device *pdev)
{
	struct t_without **all = dev_get_platdata(&pdev->dev);
	struct p_null *p;

	p = p_null_get(&pdev->dev);

	if (p) {
		if (all[1]->p == p)
			return all[1];

		return NULL;
	}

	return all[0];
}

static int t_without_probe(struct platform_device *pdev)
{
	struct t_without *found;

	found = t_without_find(pdev);
	if (!found)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver t_without_driver = {
	.probe = t_without_probe,
	.driver = {
		.name = "t_without",
	},
};
module_platform_driver(t_without_driver);

MODULE_DESCRIPTION("t_without");
MODULE_LICENSE("GPL");
