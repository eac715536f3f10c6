// SPDX-License-Identifier: GPL-2.0
/* Two prerequisites, one of them asked for twice; lines are sorted. */
#include <linux/initcall_depends.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static int c_two_probe(struct platform_device *pdev)
{
	struct p_list *l;
	int ret;

	l = p_list_get(pdev->dev.of_node);
	if (IS_ERR(l))
		return PTR_ERR(l);

	l = p_list_get(pdev->dev.parent->of_node);
	if (IS_ERR(l))
		return PTR_ERR(l);

	ret = p_init_register(&pdev->dev);
	if (ret)
		return ret;

	return 0;
}

static struct platform_driver c_two_driver = {
	.probe = c_two_probe,
};

static int __init c_two_init(void)
{
	return platform_driver_register(&c_two_driver);
}
subsys_initcall(c_two_init);
initcall_depends("p_init");
initcall_depends("p_list");

static void __exit c_two_exit(void)
{
	platform_driver_unregister(&c_two_driver);
}
module_exit(c_two_exit);
