// SPDX-License-Identifier: GPL-2.0
/* The probe of a component of a sound card: its failure defers no device. */
#include <linux/module.h>

static int t_component_ready(struct snd_soc_component *component)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static const struct snd_soc_component_driver t_component = {
	.probe = t_component_ready,
};

static int t_component_probe(struct platform_device *pdev)
{
	return devm_snd_soc_register_component(&pdev->dev, &t_component, NULL, 0);
}

static struct platform_driver t_component_driver = {
	.probe = t_component_probe,
	.driver = {
		.name = "t_component",
	},
};
module_platform_driver(t_component_driver);

MODULE_DESCRIPTION("t_component");
MODULE_LICENSE("GPL");
