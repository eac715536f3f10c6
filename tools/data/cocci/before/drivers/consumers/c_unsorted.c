// SPDX-License-Identifier: GPL-2.0
/* Where an #include belongs if they are not sorted. */
#include <linux/slab.h>
#include <linux/clk.h>
#include <linux/platform_device.h>
#include <linux/io.h>
#include <linux/delay.h>
#include <linux/of.h>
#include <asm/io.h>

static int c_unsorted_probe(struct platform_device *pdev)
{
	int ret;

	ret = p_init_register(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_unsorted_driver = {
	.probe = c_unsorted_probe,
	.driver = {
		.name = "c_unsorted",
	},
};
module_platform_driver(c_unsorted_driver);

MODULE_DESCRIPTION("c_unsorted");
MODULE_LICENSE("GPL");
