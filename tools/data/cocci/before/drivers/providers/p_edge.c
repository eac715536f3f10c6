// SPDX-License-Identifier: GPL-2.0
/* It fails as long as another module is not ready, not itself. */
#include <linux/module.h>

int p_edge_register(struct device *dev)
{
	if (!p_flag_is_ready())
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(p_edge_register);

int p_edge_maybe(struct device *dev)
{
	if (!device_property_present(dev, "acme,edge"))
		return 0;

	return PTR_ERR_OR_ZERO(p_pointer_get());
}
EXPORT_SYMBOL_GPL(p_edge_maybe);

int p_edge_use(void)
{
	return PTR_ERR_OR_ZERO(p_pointer_get());
}
EXPORT_SYMBOL_GPL(p_edge_use);

static int p_edge_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver p_edge_driver = {
	.probe = p_edge_probe,
	.driver = {
		.name = "p_edge",
	},
};
module_platform_driver(p_edge_driver);

MODULE_DESCRIPTION("p_edge");
MODULE_LICENSE("GPL");
