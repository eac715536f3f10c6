// SPDX-License-Identifier: GPL-2.0
/* A list that the module's own probe fills. */
#include <linux/module.h>
#include <linux/platform_device.h>

static LIST_HEAD(instances);
static DEFINE_MUTEX(lock);

struct p_list *p_list_get(struct device_node *np)
{
	struct p_list *each, *found = NULL;

	mutex_lock(&lock);
	list_for_each_entry(each, &instances, node) {
		if (each->np == np) {
			found = each;
			break;
		}
	}
	mutex_unlock(&lock);

	if (!found)
		return ERR_PTR(-EPROBE_DEFER);

	return found;
}
EXPORT_SYMBOL_GPL(p_list_get);

static int p_list_probe(struct platform_device *pdev)
{
	struct p_list *new;

	new = devm_kzalloc(&pdev->dev, sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;

	mutex_lock(&lock);
	list_add_tail(&new->node, &instances);
	mutex_unlock(&lock);
	return 0;
}

static struct platform_driver p_list_driver = {
	.probe = p_list_probe,
};
module_platform_driver(p_list_driver);
