// SPDX-License-Identifier: GPL-2.0
/* Called when a file is read, long after the probe. */
#include <linux/module.h>

static int t_not_probe_show(struct seq_file *s, void *unused)
{
	struct p_pointer *p;

	p = p_pointer_get();
	if (IS_ERR(p))
		return PTR_ERR(p);

	return 0;
}

static const struct file_operations t_not_probe_fops = {
	.open = t_not_probe_show,
};

static int t_not_probe_probe(struct platform_device *pdev)
{
	debugfs_create_file("t", 0400, NULL, NULL, &t_not_probe_fops);
	return 0;
}

static struct platform_driver t_not_probe_driver = {
	.probe = t_not_probe_probe,
	.driver = {
		.name = "t_not_probe",
	},
};
module_platform_driver(t_not_probe_driver);

MODULE_DESCRIPTION("t_not_probe");
MODULE_LICENSE("GPL");
