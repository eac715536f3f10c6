// SPDX-License-Identifier: GPL-2.0
/* With a message. */
#include <linux/err.h>
#include <linux/initcall_depends.h>
#include <linux/module.h>

static int c_dev_err_probe_probe(struct platform_device *pdev)
{
	struct p_preset *p;

	p = p_preset_get();
	if (IS_ERR(p))
		return dev_err_probe(&pdev->dev, PTR_ERR(p), "no p_preset\n");

	return 0;
}

static struct platform_driver c_dev_err_probe_driver = {
	.probe = c_dev_err_probe_probe,
	.driver = {
		.name = "c_dev_err_probe",
	},
};
module_platform_driver(c_dev_err_probe_driver);
initcall_depends("p_preset");

MODULE_DESCRIPTION("c_dev_err_probe");
MODULE_LICENSE("GPL");
