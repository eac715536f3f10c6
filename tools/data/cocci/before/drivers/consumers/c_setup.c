// SPDX-License-Identifier: GPL-2.0
/* A core calls it from the probe that hands it over. */
#include <linux/module.h>

static int setup(struct c_setup_data *data)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static int c_setup_probe(struct platform_device *pdev)
{
	struct c_setup_data *data = dev_get_platdata(&pdev->dev);

	data->pcs_init = setup;
	return c_core_probe(pdev, data);
}

static struct platform_driver c_setup_driver = {
	.probe = c_setup_probe,
};
module_platform_driver(c_setup_driver);
