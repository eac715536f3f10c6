// SPDX-License-Identifier: GPL-2.0
/* A framework finds what a callback accepts. */
#include <linux/module.h>

static int match(struct f_version *version, const void *data)
{
	return version->impl_id == F_IMPL_CALLBACK;
}

static int c_callback_probe(struct platform_device *pdev)
{
	struct f_context *context;

	context = t_framework_open(NULL, match, NULL);
	if (IS_ERR(context))
		return PTR_ERR(context) == -ENOENT ? -EPROBE_DEFER : PTR_ERR(context);

	return 0;
}

static struct platform_driver c_callback_driver = {
	.probe = c_callback_probe,
	.driver = {
		.name = "c_callback",
	},
};
module_platform_driver(c_callback_driver);

MODULE_DESCRIPTION("c_callback");
MODULE_LICENSE("GPL");
