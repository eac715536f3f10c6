// SPDX-License-Identifier: GPL-2.0
/* An error becomes another pointer by a cast. */
#include <linux/module.h>

static struct p_cast *p_cast_only;

static struct p_cast *get(void)
{
	if (!p_cast_only) {
		pr_debug("not yet\n");
		return ERR_PTR(-EPROBE_DEFER);
	} else {
		return p_cast_only;
	}
}

struct p_cast_channel *p_cast_get_channel(int id)
{
	struct p_cast *cast = get();

	if (IS_ERR(cast))
		return (void *)cast;

	return cast->channels[id];
}
EXPORT_SYMBOL_GPL(p_cast_get_channel);

static int p_cast_probe(struct platform_device *pdev)
{
	p_cast_only = devm_kzalloc(&pdev->dev, sizeof(*p_cast_only), GFP_KERNEL);
	if (!p_cast_only)
		return -ENOMEM;

	return 0;
}

static struct platform_driver p_cast_driver = {
	.probe = p_cast_probe,
	.driver = {
		.name = "p_cast",
	},
};
module_platform_driver(p_cast_driver);

MODULE_DESCRIPTION("p_cast");
MODULE_LICENSE("GPL");
