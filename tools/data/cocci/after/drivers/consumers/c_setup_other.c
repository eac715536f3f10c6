// SPDX-License-Identifier: GPL-2.0
/* A core calls it; what the driver calls itself is of another structure. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int setup(struct c_setup_link *link)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static int c_setup_other_probe(struct platform_device *pdev)
{
	struct c_setup_data *data = dev_get_platdata(&pdev->dev);

	data->link.init = setup;
	data->variant->init(data);
	return c_core_probe(pdev, &data->link);
}

static struct platform_driver c_setup_other_driver = {
	.probe = c_setup_other_probe,
	.driver = {
		.name = "c_setup_other",
	},
};
module_platform_driver(c_setup_other_driver);
initcall_depends("p_pointer");

MODULE_DESCRIPTION("c_setup_other");
MODULE_LICENSE("GPL");
