// SPDX-License-Identifier: GPL-2.0
/* One of two drivers in the module needs it: it is reported only. */
#include <linux/module.h>

static int t_other_probe(struct spi_device *spi)
{
	return 0;
}

static struct spi_driver t_other_driver = {
	.probe = t_other_probe,
};
module_spi_driver(t_other_driver);

static int t_one_driver_probe(struct platform_device *pdev)
{
	struct p_pointer *p;

	p = p_pointer_get(NULL);
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static struct platform_driver t_one_driver_driver = {
	.probe = t_one_driver_probe,
	.driver = {
		.name = "t_one_driver",
	},
};
module_platform_driver(t_one_driver_driver);

MODULE_DESCRIPTION("t_one_driver");
MODULE_LICENSE("GPL");
