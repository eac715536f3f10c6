// SPDX-License-Identifier: GPL-2.0
/* It calls what it keeps in its own structure, and goes on without. */
#include <linux/module.h>

static int setup(struct t_setup_called *data)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static int t_setup_called_probe(struct platform_device *pdev)
{
	struct t_setup_called *data = dev_get_drvdata(&pdev->dev);
	int ret;

	data->dma_init = setup;
	ret = data->dma_init(data);
	if (ret)
		data->use_dma = false;

	return 0;
}

static struct platform_driver t_setup_called_driver = {
	.probe = t_setup_called_probe,
	.driver = {
		.name = "t_setup_called",
	},
};
module_platform_driver(t_setup_called_driver);

MODULE_DESCRIPTION("t_setup_called");
MODULE_LICENSE("GPL");
