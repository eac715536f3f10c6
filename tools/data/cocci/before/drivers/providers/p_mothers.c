// SPDX-License-Identifier: GPL-2.0
/* It makes devices before and after it has set what they ask for. */
#include <linux/module.h>
#include <linux/platform_device.h>

#define T_ALLOCATED	"t_allocated"

static LIST_HEAD(listed);
static LIST_HEAD(listed_late);
static DEFINE_MUTEX(lock);
static void *named;

struct p_mothers *p_mothers_get(struct device *dev)
{
	struct device_node *parent = NULL;
	struct p_mothers *each, *found = NULL;

	parent = of_get_parent(dev->of_node);
	mutex_lock(&lock);
	list_for_each_entry(each, &listed, node) {
		if (parent == each->dev->of_node) {
			found = each;
			break;
		}
	}
	mutex_unlock(&lock);

	if (!found)
		return ERR_PTR(-EPROBE_DEFER);

	return found;
}
EXPORT_SYMBOL_GPL(p_mothers_get);

struct p_mothers *p_mothers_get_late(struct device *dev)
{
	struct device_node *parent = NULL;
	struct p_mothers *each, *found = NULL;

	parent = of_get_parent(dev->of_node);
	mutex_lock(&lock);
	list_for_each_entry(each, &listed_late, node) {
		if (parent == each->dev->of_node) {
			found = each;
			break;
		}
	}
	mutex_unlock(&lock);

	if (!found)
		return ERR_PTR(-EPROBE_DEFER);

	return found;
}
EXPORT_SYMBOL_GPL(p_mothers_get_late);

int p_mothers_named(void)
{
	if (!named)
		return -EPROBE_DEFER;

	return 0;
}
EXPORT_SYMBOL_GPL(p_mothers_named);

static int p_mothers_probe(struct platform_device *pdev)
{
	struct p_mothers *new;

	new = devm_kzalloc(&pdev->dev, sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;

	named = ERR_PTR(-ENODEV);
	named = new;
	platform_device_register_data(&pdev->dev, "t_named", PLATFORM_DEVID_NONE, NULL, 0);
	platform_device_register_data(&pdev->dev, "c_named", PLATFORM_DEVID_NONE, NULL, 0);
	platform_device_add(platform_device_alloc(T_ALLOCATED, 0));

	mutex_lock(&lock);
	list_add_tail(&new->node, &listed);
	mutex_unlock(&lock);

	of_platform_populate(pdev->dev.of_node, NULL, NULL, &pdev->dev);

	mutex_lock(&lock);
	list_add_tail(&new->late, &listed_late);
	mutex_unlock(&lock);
	return 0;
}

static struct platform_driver p_mothers_driver = {
	.probe = p_mothers_probe,
	.driver = {
		.name = "p_mothers",
	},
};
module_platform_driver(p_mothers_driver);
