// SPDX-License-Identifier: GPL-2.0
/* Data that belong to the compatible string decide. */
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_data_matched_probe(struct platform_device *pdev)
{
	const struct c_data *data = of_device_get_match_data(&pdev->dev);
	struct p_pointer *p;

	if (data->needs_pointer) {
		p = p_pointer_get(NULL);
		if (IS_ERR(p))
			return PTR_ERR(p);
	}

	return 0;
}

static struct platform_driver c_data_matched_driver = {
	.probe = c_data_matched_probe,
	.driver = {
		.name = "c_data_matched",
	},
};
module_platform_driver(c_data_matched_driver);
initcall_depends("p_pointer");

MODULE_DESCRIPTION("c_data_matched");
MODULE_LICENSE("GPL");
