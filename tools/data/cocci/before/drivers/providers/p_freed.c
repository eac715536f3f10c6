// SPDX-License-Identifier: GPL-2.0
/* A variable that is freed at the end of a function is none of the file. */
#include <linux/module.h>

int p_freed_setup(struct device *dev)
{
	struct p_port *port;

	port = p_port_find(dev);
	if (!port)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(p_freed_setup);

static int p_freed_probe(struct platform_device *pdev)
{
	struct p_port *port __free(put_port) = NULL;

	port = p_port_new(pdev);
	return p_port_add(port);
}

static struct platform_driver p_freed_driver = {
	.probe = p_freed_probe,
	.driver = {
		.name = "p_freed",
	},
};
module_platform_driver(p_freed_driver);
