// SPDX-License-Identifier: GPL-2.0
/* A helper that gives what it finds, or nothing. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static struct p_null *c_found_first_find(struct platform_device *pdev)
{
	struct p_null *p;

	p = p_null_get(&pdev->dev);
	if (p)
		return p;

	dev_dbg(&pdev->dev, "nothing yet\n");
	return NULL;
}

static int c_found_first_probe(struct platform_device *pdev)
{
	struct p_null *found;

	found = c_found_first_find(pdev);
	if (!found)
		return -EPROBE_DEFER;

	return 0;
}

static struct platform_driver c_found_first_driver = {
	.probe = c_found_first_probe,
	.driver = {
		.name = "c_found_first",
	},
};
module_platform_driver(c_found_first_driver);
initcall_depends("p_null");

MODULE_DESCRIPTION("c_found_first");
MODULE_LICENSE("GPL");
